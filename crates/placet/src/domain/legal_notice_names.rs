//! The predefined notices under their names in other languages. Pages that explain the consent API in these languages
//! translate the names, and clients send what they read.

/// Every name that means a predefined notice, with that notice. What is not in here, to the letter, means itself.
pub const NAMES: &[(&str, &str)] = &[
    // Portuguese
    ("politica_de_privacidade", PRIVACY),
    ("política_de_privacidade", PRIVACY),
    ("politica_de_cookies", COOKIES),
    ("política_de_cookies", COOKIES),
    ("termos", TERMS),
    // Italian
    ("informativa_sulla_privacy", PRIVACY),
    ("informativa_privacy", PRIVACY),
    ("informativa_sui_cookie", COOKIES),
    ("informativa_cookie", COOKIES),
    ("termini", TERMS),
    // Spanish; cookies as in Portuguese
    ("politica_de_privacidad", PRIVACY),
    ("política_de_privacidad", PRIVACY),
    ("terminos", TERMS),
    ("términos", TERMS),
    // French
    ("politique_de_confidentialite", PRIVACY),
    ("politique_de_confidentialité", PRIVACY),
    ("politique_de_cookies", COOKIES),
    ("politique_relative_aux_cookies", COOKIES),
    ("termes", TERMS),
    ("conditions", TERMS),
    // German
    ("datenschutzerklaerung", PRIVACY),
    ("datenschutzerklärung", PRIVACY),
    ("cookie_richtlinie", COOKIES),
    ("bedingungen", TERMS),
    ("agb", TERMS),
];

const PRIVACY: &str = "privacy_policy";
const COOKIES: &str = "cookie_policy";
const TERMS: &str = "terms";

/// The predefined notice that a name in another language means.
#[must_use]
pub fn predefined(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, notice)| *notice)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_name_stands_in_the_table_once_and_leads_to_a_predefined_notice() {
        let names: BTreeSet<&str> = NAMES.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), NAMES.len());
        for (name, notice) in NAMES {
            assert!([PRIVACY, COOKIES, TERMS].contains(notice) && predefined(notice).is_none(), "{name}");
        }
    }

    #[test]
    fn only_exact_names_are_in_the_table() {
        assert_eq!(predefined("termos"), Some("terms"));
        for other in ["Termos", "termos ", "termos_de_uso", "term", "terms_and_conditions", ""] {
            assert_eq!(predefined(other), None, "{other}");
        }
    }
}
