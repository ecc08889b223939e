//! The operator's own style rules: what could run or fetch something is refused, and what would make one answer easier
//! to give than another. Rules are read as a browser reads them, escapes and comments included, but not applied: a rule
//! that hides the buttons in a roundabout way is not found here, only in a browser.

use std::iter::Peekable;
use std::str::Chars;

/// A rule: its selector, or what stands before its brace, and its declarations.
#[derive(Debug, Default, PartialEq, Eq)]
struct Rule {
    selector: String,
    declarations: Vec<(String, String)>,
}

/// What no browser of today runs and some browsers of the past did, and what fetches something from elsewhere.
const HOSTILE: [(&str, &str); 6] = [
    ("expression(", "expression() runs a script in old browsers"),
    ("javascript:", "an address must not run a script"),
    ("vbscript:", "an address must not run a script"),
    ("-moz-binding", "-moz-binding runs a script in old browsers"),
    ("@import", "@import fetches rules that nobody has checked"),
    ("</", "markup does not belong into style rules"),
];

/// Why rules cannot be used at all.
pub(super) fn hostile(css: &str) -> Vec<String> {
    let plain = unescaped(css);
    let lower = plain.to_lowercase();
    let tight: String = lower.split_whitespace().collect();
    let mut found: Vec<String> =
        HOSTILE.iter().filter(|(sign, _)| tight.contains(sign)).map(|(_, why)| (*why).to_owned()).collect();
    // Not `scroll-behavior`.
    let is_behaviour = |(at, _): (usize, &str)| !tight[..at].ends_with('-');
    if tight.match_indices("behavior:").any(is_behaviour) {
        found.push("behavior runs a script in old browsers".into());
    }
    let fetches = ["url(", "src(", "image-set("].iter().any(|call| fetches_from_elsewhere(&tight, call));
    if fetches {
        found
            .push("an address must be a data: address: visitors' browsers must not be sent elsewhere".into());
    }
    if plain.matches('{').count() != plain.matches('}').count() {
        found.push("the braces are not balanced".into());
    }
    found
}

fn fetches_from_elsewhere(tight: &str, call: &str) -> bool {
    tight.match_indices(call).any(|(at, _)| {
        let address = tight[at + call.len()..].trim_start_matches(['"', '\'']);
        !["data:image/", "data:font/", "url("].iter().any(|start| address.starts_with(start))
    })
}

/// How rules favour an answer.
pub(super) fn unfair(css: &str) -> Vec<String> {
    let mut found = Vec::new();
    for Rule { selector, declarations } in rules(&unescaped(css)) {
        for part in selector.split(',').map(str::trim) {
            let names_a_choice = names_a_choice(part);
            if names_a_choice && singles_out(part) {
                found.push(format!("{part}: styles one of the choices differently from the others"));
            }
            if let Some((name, value)) = declarations.iter().find(|(name, value)| hides(name, value))
                && (names_a_choice || names_the_window(part))
            {
                found.push(format!("{part}: {name}: {value} hides the choices"));
            }
        }
    }
    found
}

fn names_a_choice(selector: &str) -> bool {
    let subject = selector.rsplit([' ', '>']).next().unwrap_or(selector);
    let generic = |tag: &str| {
        subject == tag || subject.starts_with(&format!("{tag}:")) || subject.starts_with(&format!("{tag}["))
    };
    selector.contains("dastra-cw-button")
        || (subject.starts_with(':') && (selector.contains("-cw-choices") || selector.contains("-cw-foot")))
        || (selector.contains("dastra-") && (generic("button") || generic("*")))
}

fn names_the_window(selector: &str) -> bool {
    let subject = selector.rsplit([' ', '>']).next().unwrap_or(selector);
    ["#dastra-widget", ".dastra-cw-container", ".dastra-cw-choices", ".dastra-cw-foot", ".dastra-cw-first"]
        .iter()
        .any(|name| subject.contains(name))
}

/// A part of the selector that is true of some of the choices only. States of a pointer are true of each in turn.
fn singles_out(selector: &str) -> bool {
    const STRUCTURE: [&str; 8] = [":first", ":last", ":nth", ":only", ":not(", ":has(", ":is(", ":where("];
    STRUCTURE.iter().any(|word| selector.contains(word)) || selector.contains(['[', '+', '~'])
}

fn hides(name: &str, value: &str) -> bool {
    let value = value.trim_end_matches("!important").trim();
    let is_nought = |text: &str| {
        let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
        number.parse::<f64>().is_ok_and(|number| number.abs() < 0.1)
    };
    match name {
        "display" | "pointer-events" => value == "none",
        "visibility" => matches!(value, "hidden" | "collapse"),
        "content-visibility" => value == "hidden",
        "opacity" | "scale" | "zoom" | "font-size" | "max-height" | "max-width" | "height" | "width" => {
            is_nought(value)
        }
        "color" => value == "transparent",
        "clip-path" => value != "none",
        _ => false,
    }
}

/// The innermost rules: those that hold declarations.
fn rules(css: &str) -> Vec<Rule> {
    let mut found = Vec::new();
    let mut open: Vec<Rule> = Vec::new();
    let mut pending = String::new();
    for c in css.to_lowercase().chars() {
        match c {
            '{' => {
                let own = std::mem::take(&mut pending);
                let selector = own.split_whitespace().collect::<Vec<_>>().join(" ");
                // A nested rule is about what is in its parent, unless it is a condition.
                let outer = open.last().map(|rule| rule.selector.clone()).unwrap_or_default();
                let selector = if selector.starts_with('@') {
                    outer
                } else if selector.contains('&') {
                    selector.replace('&', &outer)
                } else {
                    format!("{outer} {selector}").trim().to_owned()
                };
                open.push(Rule { selector, declarations: Vec::new() });
            }
            '}' | ';' => {
                if let (Some(rule), Some((name, value))) = (open.last_mut(), pending.split_once(':')) {
                    rule.declarations.push((name.trim().to_owned(), value.trim().to_owned()));
                }
                pending.clear();
                if c == '}' {
                    found.extend(open.pop());
                }
            }
            _ => pending.push(c),
        }
    }
    found
}

/// Without comments, and with escapes read: `\64 isplay` is `display`.
fn unescaped(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut chars = css.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'*') => skip_comment(&mut chars),
            '\\' => out.extend(escape(&mut chars)),
            '\0' => {}
            _ => out.push(c),
        }
    }
    out
}

fn skip_comment(chars: &mut Peekable<Chars<'_>>) {
    chars.next();
    let mut last = ' ';
    for c in chars.by_ref() {
        if last == '*' && c == '/' {
            return;
        }
        last = c;
    }
}

fn escape(chars: &mut Peekable<Chars<'_>>) -> Option<char> {
    let mut digits = String::new();
    while digits.len() < 6
        && let Some(digit) = chars.next_if(char::is_ascii_hexdigit)
    {
        digits.push(digit);
    }
    if digits.is_empty() {
        return chars.next();
    }
    chars.next_if(|c| c.is_whitespace());
    u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_could_run_or_fetch_something_are_hostile() {
        for css in [
            "a{width:expression(alert(1))}",
            "a{width:exp/**/ression(alert(1))}",
            "a{background:url(javascript:alert(1))}",
            r"a{background:\75rl(https://evil.example/x)}",
            "@import 'https://evil.example/a.css';",
            r"@\69mport url(x.css);",
            "a{-moz-binding:url(#x)}",
            "a{behavior : url(x.htc)}",
            "</style><script>alert(1)</script>",
            "a{background:url( 'https://evil.example/pixel' )}",
            "a{background:image-set('https://evil.example/pixel' 1x)}",
            "a{color:red",
        ] {
            assert!(!hostile(css).is_empty(), "{css}");
        }
        for css in [
            "",
            ".dastra-cw-container{border-radius:0}",
            "a{background:url(data:image/png;base64,AAAA)}",
            "a{scroll-behavior:smooth}",
            "/* no { braces */ a{color:#123}",
        ] {
            assert_eq!(hostile(css), Vec::<String>::new(), "{css}");
        }
    }

    #[test]
    fn a_rule_for_one_of_the_choices_or_against_them_all_is_unfair() {
        for css in [
            ".dastra-cw-button:first-child{font-size:9px}",
            ".dastra-cw-choices .dastra-cw-button:nth-of-type(3){background:green}",
            ".dastra-cw-button + .dastra-cw-button{color:#ccc}",
            ".dastra-cw-button{display:none}",
            ".dastra-cw-container{opacity:0}",
            "#dastra-widget{visibility:hidden !important}",
            r".dastra-cw-button:\66irst-child{color:grey}",
            "@media (width < 500px){.dastra-cw-button:last-child{color:red}}",
            "#dastra-widget { .dastra-cw-choices { & > button:first-child { color: red } } }",
            "#dastra-widget button:not(:last-child){color:#eee}",
        ] {
            assert!(!unfair(css).is_empty(), "{css}");
        }
        for css in [
            ".dastra-cw-button{border-radius:0;padding:1em}",
            ".dastra-cw-button:hover{text-decoration:underline}",
            ".dastra-cw-trigger-button{display:none}",
            "@media print{#other{display:none}}",
            ".shop button:first-child{color:red}",
        ] {
            assert_eq!(unfair(css), Vec::<String>::new(), "{css}");
        }
    }
}
