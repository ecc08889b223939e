//! What a page holds of the widget: its script, its container, and the policies that decide what may run.

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// Paths of the widget's script, under our name and under those already on people's pages.
const LOADERS: [&str; 3] = ["/sdk/placet.js", "/sdk/dastra.js", "/dist/dastra.js"];
/// Ids of the container.
const CONTAINERS: [&str; 4] = ["placet-widget", "placet", "dastra-cookie-consent", "cookie-consent"];

/// The script element of the widget.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loader {
    /// As it is written.
    pub src: String,
    /// Whether the page goes on while it loads.
    pub is_async: bool,
    /// Whether a policy may let it in by a nonce.
    pub has_nonce: bool,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// Scripts of the widget, in the order of the page.
    pub loaders: Vec<Loader>,
    /// Containers: the widget that each names, if it names one.
    pub containers: Vec<Option<String>>,
    /// Widgets that inline scripts load by a command.
    pub commanded: Vec<String>,
    /// Content security policies in the page itself.
    pub policies: Vec<String>,
}

impl Snippet {
    /// Looks through a page.
    #[must_use]
    pub fn of(html: &str) -> Snippet {
        let mut emitter: DefaultEmitter<()> = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        let mut found = Snippet::default();
        let mut is_script = false;
        for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
            match token {
                Token::StartTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    is_script = name == "script";
                    found.element(&name, |name| {
                        let value = tag.attributes.get(name.as_bytes())?;
                        Some(String::from_utf8_lossy(value).into_owned())
                    });
                }
                Token::String(text) if is_script => found.script(&String::from_utf8_lossy(&text)),
                Token::EndTag(_) => is_script = false,
                _ => {}
            }
        }
        found
    }

    fn element(&mut self, name: &str, attribute: impl Fn(&str) -> Option<String>) {
        let id = attribute("id").unwrap_or_default();
        if CONTAINERS.contains(&id.as_str()) {
            let widget = attribute("data-widgetid").map(|id| id.trim().to_owned());
            self.containers.push(widget.filter(|id| !id.is_empty()));
        }
        match name {
            "script" => {
                let src = attribute("src").unwrap_or_default().trim().to_owned();
                let path = src.split(['?', '#']).next().unwrap_or_default();
                if LOADERS.iter().any(|known| path.ends_with(known)) {
                    let is_async = attribute("async").is_some() || attribute("defer").is_some();
                    let has_nonce = attribute("nonce").is_some();
                    self.loaders.push(Loader { src, is_async, has_nonce });
                }
            }
            "meta" => {
                let is_policy = attribute("http-equiv")
                    .is_some_and(|name| name.eq_ignore_ascii_case("content-security-policy"));
                self.policies.extend(attribute("content").filter(|_| is_policy));
            }
            _ => {}
        }
    }

    /// `placet.push(['loadCookieConsent', { widgetId: 1 }])`
    fn script(&mut self, text: &str) {
        for (_, rest) in
            text.match_indices("loadCookieConsent").map(|(at, word)| (at, &text[at + word.len()..]))
        {
            let Some((_, after)) = rest.split_once("widgetId") else { continue };
            let value = after.trim_start_matches(['\'', '"', ' ', ':', '\t', '\n']);
            let id: String = value.chars().take_while(char::is_ascii_alphanumeric).collect();
            if !id.is_empty() {
                self.commanded.push(id);
            }
        }
    }

    /// The widget that the page names first.
    #[must_use]
    pub fn widget(&self) -> Option<&str> {
        let named = self.containers.iter().flatten().chain(&self.commanded);
        named.map(String::as_str).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_snippet_is_found_as_it_is_written_on_pages() {
        let snippet = Snippet::of(
            r#"<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'self'">
            <!-- <div id="placet-widget" data-widgetid="9"></div> -->
            <div id="dastra-cookie-consent" data-widgetid="42" data-lang="fr"></div>
            <script async src="https://consent.example.org/sdk/dastra.js?key=PUBLIC"></script>
            <script src="https://other.example/sdk/dastra.json.js"></script>"#,
        );
        assert_eq!(snippet.widget(), Some("42"));
        assert_eq!(snippet.policies, ["default-src 'self'"]);
        let src = "https://consent.example.org/sdk/dastra.js?key=PUBLIC".to_owned();
        assert_eq!(snippet.loaders, [Loader { src, is_async: true, has_nonce: false }]);
    }

    #[test]
    fn a_command_names_the_widget_where_there_is_no_container() {
        let page = "<script>placet.push(['loadCookieConsent', { widgetId: '7', selector: '#x' }])</script>";
        assert_eq!(Snippet::of(page).widget(), Some("7"));
        assert_eq!(Snippet::of("<p>loadCookieConsent widgetId: 7</p>").widget(), None);
    }
}
