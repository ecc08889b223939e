//! HTML as people read it. A tokenizer gives the tags; which of them are open is kept here. That is less than a browser
//! does, takes time in proportion to the page, whatever the page is, and is enough to know what is hidden.

use std::collections::{BTreeMap, HashMap};

use html5gum::{DefaultEmitter, HtmlString, Spanned, StartTag, Token, Tokenizer};

use super::Lines;

/// Elements without content.
const VOID: &str = "area base br col embed hr img input link meta param source track wbr";
/// Elements that begin and end a line.
const BLOCKS: &str = "address article aside blockquote body br caption center dd details dialog div dl dt fieldset \
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p \
    pre search section summary table tbody tfoot thead tr ul";
/// Elements whose content nobody reads on the page, or that lead elsewhere.
const UNREAD: &str = "audio canvas datalist dialog head iframe map math menu nav noscript object script search select style svg \
    template textarea title video";
/// Roles of such elements.
const UNREAD_ROLES: &str = "alertdialog banner contentinfo dialog menu menubar navigation search toolbar";
/// Around the page these are its frame; within a text they belong to it.
const FRAME: &str = "aside footer header";
/// Elements that hold a text.
const TEXTS: &str = "article main section";
/// Elements whose end may be left out when the next of the kind, or for `p` any block, begins.
const ENDS_LEFT_OUT: &str = "dd dt li p td th tr";

/// The text that people read.
pub(super) fn readable_text(html: &str) -> String {
    let mut emitter = DefaultEmitter::default();
    // The content of scripts and styles is text to the end tag, whatever it looks like.
    emitter.naively_switch_states(true);
    let mut page = Page::default();
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => page.start(&tag),
            Token::EndTag(tag) => page.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => page.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    // A page that says which part of it is the text is taken at its word.
    if page.main.text.is_empty() { page.all.text } else { page.main.text }
}

#[derive(Default)]
struct Page {
    open: Vec<Element>,
    /// How many elements of a name are open: an end tag without one is skipped at once.
    counts: HashMap<String, usize>,
    all: Lines,
    main: Lines,
}

struct Element {
    name: String,
    is_hidden: bool,
    is_main: bool,
    is_text: bool,
}

impl Page {
    fn start(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        self.end_what_was_left_open(&name);
        self.separate(&name);
        if is_one(VOID, &name) {
            return;
        }
        let (is_in_text, was_hidden, was_main) =
            self.open.last().map_or((false, false, false), |top| (top.is_text, top.is_hidden, top.is_main));
        let role = attribute(&tag.attributes, "role").unwrap_or_default();
        let is_hidden = was_hidden || is_unread(&name, &role, is_in_text) || is_invisible(&tag.attributes);
        let is_main = was_main || name == "main" || role == "main";
        let is_text = is_in_text || is_main || is_one(TEXTS, &name);
        *self.counts.entry(name.clone()).or_default() += 1;
        self.open.push(Element { name, is_hidden, is_main, is_text });
    }

    fn end_what_was_left_open(&mut self, name: &str) {
        while let Some(top) = self.open.last().map(|top| top.name.as_str()) {
            let is_next = is_one(ENDS_LEFT_OUT, name) && (top == name || is_pair(top, name));
            let is_block_after_text = top == "p" && is_one(BLOCKS, name) && name != "br";
            if !(is_next || is_block_after_text) {
                return;
            }
            self.close_last();
        }
    }

    fn end(&mut self, name: &str) {
        self.separate(name);
        if self.counts.get(name).is_none_or(|count| *count == 0) {
            return;
        }
        // Whatever is still open inside of it ends too.
        while let Some(closed) = self.close_last()
            && closed.name != name
        {}
    }

    fn close_last(&mut self) -> Option<Element> {
        let closed = self.open.pop()?;
        if let Some(count) = self.counts.get_mut(&closed.name) {
            *count -= 1;
        }
        Some(closed)
    }

    fn separate(&mut self, name: &str) {
        for lines in [&mut self.all, &mut self.main] {
            if is_one(BLOCKS, name) {
                lines.end_line();
            } else if matches!(name, "td" | "th") {
                lines.space();
            }
        }
    }

    fn text(&mut self, text: &str) {
        let (is_hidden, is_main) =
            self.open.last().map_or((false, false), |top| (top.is_hidden, top.is_main));
        if !is_hidden {
            self.all.push(text);
            if is_main {
                self.main.push(text);
            }
        }
    }
}

fn is_one(names: &str, name: &str) -> bool {
    names.split(' ').any(|known| known == name)
}

fn is_pair(open: &str, next: &str) -> bool {
    matches!((open, next), ("dd", "dt") | ("dt", "dd") | ("td", "th" | "tr") | ("th", "td" | "tr"))
}

fn is_unread(name: &str, role: &str, is_in_text: bool) -> bool {
    let is_frame = is_one(FRAME, name) || role == "complementary";
    is_one(UNREAD, name) || is_one(UNREAD_ROLES, role) || (is_frame && !is_in_text)
}

type Attributes = BTreeMap<HtmlString, Spanned<HtmlString, ()>>;

fn attribute(attributes: &Attributes, name: &str) -> Option<String> {
    let value = attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).trim().to_ascii_lowercase())
}

fn is_invisible(attributes: &Attributes) -> bool {
    // What a search within the page can find is there to be read.
    let is_hidden = attribute(attributes, "hidden").is_some_and(|value| value != "until-found");
    let is_decoration = attribute(attributes, "aria-hidden").is_some_and(|value| value == "true");
    let style = attribute(attributes, "style").unwrap_or_default().replace(char::is_whitespace, "");
    is_hidden || is_decoration || style.contains("display:none") || style.contains("visibility:hidden")
}

#[cfg(test)]
mod tests {
    use super::readable_text;

    #[track_caller]
    fn reads(html: &str, text: &str) {
        assert_eq!(readable_text(html), text, "{html}");
    }

    #[test]
    fn blocks_are_lines_and_inline_elements_are_not() {
        reads(
            "<h1>Privacy</h1><p>We use <b>cook</b>ies,\n see <a href=x>here</a>.<br>Really.<div>And</div>more<ul><li>one<li>two</ul>",
            "Privacy\nWe use cookies, see here.\nReally.\nAnd\nmore\none\ntwo",
        );
        reads("<table><tr><th>Name<th>Purpose<tr><td>a</td><td>b</td></tr></table>", "Name Purpose\na b");
        reads("a&amp;b &lt;c&gt; &eacute;&nbsp;&#8212; d", "a&b <c> é — d");
    }

    #[test]
    fn scripts_styles_and_navigation_are_not_read() {
        reads(
            "<!doctype html><html><head><title>T</title><style>p{}</style><script>if (a</p>b) document.write('<p>x')</script></head>
             <body><header>Logo</header><nav><ul><li>Home</ul></nav><p>Text<svg><text>s</text></svg><noscript>n</noscript></p>
             <script>var x = '<main>';</script><select><option>English</select><aside>News</aside><footer>© 2026</footer></body></html>",
            "Text",
        );
        reads("<div role=navigation>Home</div><div role='Banner'>Logo</div><p role=note>Text", "Text");
    }

    #[test]
    fn what_is_hidden_is_not_read() {
        for hidden in [
            "hidden",
            "hidden=''",
            "aria-hidden=true",
            "style='color:red; Display : none'",
            "style='visibility:hidden'",
        ] {
            reads(
                &format!(
                    "<p {hidden}>no <b>no</b><p>yes<div {hidden}><p>no</div> and <span {hidden}>no</span>more"
                ),
                "yes\nand more",
            );
        }
        reads("<p hidden=until-found>yes<p aria-hidden=false>yes", "yes\nyes");
        reads("<ul><li hidden>no<li>yes</ul><dl><dt hidden>no<dd>yes</dl>", "yes\nyes");
    }

    #[test]
    fn a_page_with_a_main_part_is_read_there() {
        reads(
            "<div>Menu</div><main><header><h1>Privacy</h1></header><p>Text<aside>Note</aside><footer>Signed</footer></main><div>Chat</div>",
            "Privacy\nText\nNote\nSigned",
        );
        reads("<div>Text</div><main> <img alt=x> </main>", "Text");
        reads(
            "<article><header>Title</header>Text<footer>Author</footer></article><footer>Imprint</footer>",
            "Title\nText\nAuthor",
        );
    }

    #[test]
    fn markup_that_is_wrong_is_read_all_the_same() {
        reads("</div></p>a</b><p>b<i>c</p>d</i>e", "a\nbc\nde");
        reads("<nav>Home", "");
        reads("<p>a<nav>b</p>c</nav>d", "a\nd");
        reads("text < 5 & more <3 <", "text < 5 & more <3 <");
        reads("<p title='unclosed>gone", "");
    }

    #[test]
    fn a_page_made_to_take_long_does_not() {
        let size = 20_000;
        for html in [
            "<b>".repeat(size),
            "<p><i>".repeat(size),
            format!("{}{}", "<div>".repeat(size), "</x>".repeat(size)),
            "<!--".repeat(size),
        ] {
            assert_eq!(readable_text(&html), "");
        }
        reads(&format!("{}deep{}", "<div>".repeat(size), "</div>".repeat(size)), "deep");
    }
}
