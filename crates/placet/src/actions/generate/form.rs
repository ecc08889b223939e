//! What generated people are shown: six kinds of forms, in all languages and several editions.

use std::fmt::Write as _;

use super::language::{Language, Languages};
use crate::app::Seeded;
use crate::domain::key::KeyKind;

/// A kind of form.
pub(super) struct Kind {
    pub name: &'static str,
    /// How many of a hundred consents come of it.
    share: u64,
    /// Sent by the site's server, or by the page.
    pub source: KeyKind,
    pub fields: &'static [&'static str],
    /// Names of its boxes, and whether one must be ticked.
    pub boxes: &'static [(&'static str, bool)],
    pub notices: &'static [&'static str],
}

const KINDS: [Kind; 6] = [
    Kind {
        name: "newsletter",
        share: 35,
        source: KeyKind::Public,
        fields: &["first_name", "last_name", "email"],
        boxes: &[("newsletter", true), ("partners", false), ("profiling", false), ("privacy_policy", true)],
        notices: &["privacy_policy"],
    },
    Kind {
        name: "checkout",
        share: 25,
        source: KeyKind::Private,
        fields: &["first_name", "last_name", "email", "phone", "street", "town"],
        boxes: &[("terms", true), ("newsletter", false)],
        notices: &["privacy_policy", "terms"],
    },
    Kind {
        name: "contact",
        share: 16,
        source: KeyKind::Public,
        fields: &["full_name", "email", "message"],
        boxes: &[("privacy_policy", true), ("newsletter", false)],
        notices: &["privacy_policy"],
    },
    Kind {
        name: "account",
        share: 14,
        source: KeyKind::Private,
        fields: &["first_name", "last_name", "email", "phone"],
        boxes: &[("terms", true), ("privacy_policy", true), ("newsletter", false), ("profiling", false)],
        notices: &["privacy_policy", "terms"],
    },
    Kind {
        name: "event",
        share: 7,
        source: KeyKind::Private,
        fields: &["full_name", "email", "company"],
        boxes: &[("privacy_policy", true), ("recording", false), ("newsletter", false)],
        notices: &["privacy_policy"],
    },
    Kind {
        name: "application",
        share: 3,
        source: KeyKind::Public,
        fields: &["first_name", "last_name", "email", "phone", "message"],
        boxes: &[("privacy_policy", true), ("talent_pool", false)],
        notices: &["privacy_policy"],
    },
];

/// Every form was rewritten now and then.
pub(super) const EDITIONS: usize = 3;

/// The HTML of every form, in every language and edition.
pub(super) struct Forms(Vec<String>);

impl Forms {
    pub(super) fn write(languages: &Languages) -> Forms {
        let mut forms = Vec::with_capacity(KINDS.len() * languages.all().len() * EDITIONS);
        for kind in &KINDS {
            for language in languages.all() {
                forms.extend((1..=EDITIONS).map(|edition| html(kind, language, edition)));
            }
        }
        Forms(forms)
    }

    /// The HTML of one form.
    pub(super) fn get(&self, languages: &Languages, kind: usize, language: usize, edition: usize) -> &str {
        &self.0[(kind * languages.all().len() + language) * EDITIONS + edition]
    }
}

fn html(kind: &Kind, language: &Language, edition: usize) -> String {
    let Kind { name, fields, boxes, .. } = kind;
    let (code, title) = (language.code, language.word(&format!("title_{name}")));
    let mut html = format!(
        "<form id=\"{name}\" class=\"form form-{edition}\" action=\"/{code}/{name}\" method=\"post\" lang=\"{code}\"><h2>{title}</h2><p>{}</p>",
        language.word("intro")
    );
    // Writing to a String cannot fail.
    for field in *fields {
        let (label, kind) = (language.word(field), if *field == "email" { "email" } else { "text" });
        let _ = match *field {
            "message" => {
                write!(html, "<label>{label}<textarea name=\"message\" rows=\"6\"></textarea></label>")
            }
            field => write!(html, "<label>{label}<input type=\"{kind}\" name=\"{field}\" required></label>"),
        };
    }
    for (name, is_required) in *boxes {
        let required = if *is_required { " required" } else { "" };
        let sentence = language.word(name);
        let _ = write!(html, "<label><input type=\"checkbox\" name=\"{name}\"{required}> {sentence}</label>");
    }
    let _ = write!(html, "<button>{}</button></form>", language.word("send"));
    html
}

/// A kind of form, by their shares: its number and what it is.
pub(super) fn choose(numbers: &mut Seeded) -> (usize, &'static Kind) {
    let mut rest = numbers.below(KINDS.iter().map(|kind| kind.share).sum());
    for (number, kind) in KINDS.iter().enumerate() {
        match rest.checked_sub(kind.share) {
            Some(left) => rest = left,
            None => return (number, kind),
        }
    }
    (0, &KINDS[0])
}
