//! Texts that contain a text, without regard to case. Case is folded here and not by a database, so that both
//! databases answer alike.

/// A text without the difference of upper and lower case, letter by letter: `ß` is `ss`, and every sigma is the same.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// Which text of a subject one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The e-mail address.
    Email,
    /// The full name.
    FullName,
    /// The id, the first or the last name.
    Other,
}

/// Something that a subject's texts have to contain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contained {
    /// In which text; `None` means in any.
    pub within: Option<Field>,
    /// What.
    pub any_of: AnyOf,
}

impl Contained {
    /// What the three filters on texts ask for, if anything.
    #[must_use]
    pub fn of_filters(
        email: Option<&AnyOf>,
        full_name: Option<&AnyOf>,
        fulltext: Option<&AnyOf>,
    ) -> Vec<Contained> {
        let filters = [(Some(Field::Email), email), (Some(Field::FullName), full_name), (None, fulltext)];
        let contained =
            |(within, any_of): (_, Option<&AnyOf>)| Some(Contained { within, any_of: any_of?.clone() });
        filters.into_iter().filter_map(contained).collect()
    }

    /// Whether a text of a subject is one that counts, and contains it.
    #[must_use]
    pub fn is_in(&self, field: Field, text: &str) -> bool {
        self.within.is_none_or(|only| only == field) && self.any_of.is_in(text)
    }
}

/// What a text may contain: any one of these parts is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnyOf(Vec<String>);

impl AnyOf {
    /// The parts of a fuzzy filter: split on dots and spaces. `None` when nothing is left to look for.
    #[must_use]
    pub fn parts_of(value: &str) -> Option<AnyOf> {
        let parts: Vec<String> = value.split(['.', ' ']).filter(|part| !part.is_empty()).map(fold).collect();
        (!parts.is_empty()).then_some(AnyOf(parts))
    }

    /// The whole of a text, not split.
    #[must_use]
    pub fn whole(value: &str) -> Option<AnyOf> {
        (!value.is_empty()).then(|| AnyOf(vec![fold(value)]))
    }

    /// The parts, folded.
    #[must_use]
    pub fn parts(&self) -> &[String] {
        &self.0
    }

    /// The parts of at least so many letters; `None` if there are none.
    #[must_use]
    pub fn of_length(&self, letters: usize) -> Option<AnyOf> {
        let is_long = |part: &&String| part.chars().count() >= letters;
        let parts: Vec<String> = self.0.iter().filter(is_long).cloned().collect();
        (!parts.is_empty()).then_some(AnyOf(parts))
    }

    /// Whether a text contains one of the parts.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        let text = fold(text);
        self.0.iter().any(|part| text.contains(part.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fuzzy_value_matches_by_any_of_its_parts() {
        let parts = AnyOf::parts_of("@acme.org").unwrap();
        for email in ["ada@acme.example", "ADA@ACME.EXAMPLE", "x@georgia.example"] {
            assert!(parts.is_in(email), "{email}");
        }
        assert!(!parts.is_in("ada@example.com"));
        assert_eq!(AnyOf::parts_of(". ..  "), None);
        assert_eq!(AnyOf::parts_of("a..b c").unwrap().parts(), ["a", "b", "c"]);
    }

    #[test]
    fn case_is_folded_in_every_script() {
        for (part, text) in [
            ("STRASSE", "Hauptstraße 1"),
            ("straße", "HAUPTSTRASSE"),
            ("ΌΔΟΣ", "όδος"),
            ("όδοσ", "ΌΔΟΣ"),
            ("ЖУКОВ", "Георгий Жуков"),
            ("Éa", "mÉAt"),
        ] {
            assert!(AnyOf::whole(part).unwrap().is_in(text), "{part} in {text}");
        }
        assert!(!AnyOf::whole("e").unwrap().is_in("é"));
    }

    #[test]
    fn a_whole_text_is_not_split() {
        assert!(AnyOf::whole("a.b").unwrap().is_in("xA.Bx"));
        assert!(!AnyOf::whole("a.b").unwrap().is_in("a b"));
        assert_eq!(AnyOf::whole(""), None);
    }
}
