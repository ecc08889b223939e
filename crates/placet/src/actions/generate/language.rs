//! The languages of generated people: their names, and the words of the forms they fill in.

use std::collections::HashMap;

use crate::app::Seeded;

const FILE: &str = include_str!("languages.txt");

/// Names that hardly anybody has, whatever the language: a search for one finds a handful.
const RARE: [&str; 8] = [
    "Featherstonehaugh",
    "Vögtlin-Zbinden/voegtlinzbinden",
    "Quintanilha",
    "Wrzesniewski",
    "Papastergiopoulou",
    "Ólafsdóttir/olafsdottir",
    "Zschokke",
    "Ng'andwe/ngandwe",
];
/// One in so many people has such a name.
const RARITY: u64 = 4096;

/// One language.
pub(super) struct Language {
    /// Its short code.
    pub code: &'static str,
    /// How many of a hundred people speak it.
    share: u64,
    words: HashMap<&'static str, &'static str>,
    first: Vec<Name>,
    last: Vec<Name>,
    /// Domains of e-mail addresses.
    pub domains: Vec<&'static str>,
    /// Where people live.
    pub towns: Vec<&'static str>,
    /// What they write.
    pub messages: Vec<&'static str>,
}

/// A name as its bearer writes it, and in an e-mail address.
#[derive(Clone)]
pub(super) struct Name {
    pub spelled: String,
    pub plain: String,
}

/// All languages, and the rare names.
pub(super) struct Languages {
    all: Vec<Language>,
    rare: Vec<Name>,
}

impl Languages {
    pub(super) fn read() -> Languages {
        let blocks = FILE.split("\n[").skip(1);
        let all = blocks
            .filter_map(|block| block.split_once("]\n"))
            .map(|(code, lines)| Language::read(code, lines));
        Languages { all: all.collect(), rare: RARE.map(Name::read).to_vec() }
    }

    pub(super) fn all(&self) -> &[Language] {
        &self.all
    }

    /// The number of a language, by their shares.
    pub(super) fn choose(&self, numbers: &mut Seeded) -> usize {
        let mut rest = numbers.below(self.all.iter().map(|language| language.share).sum());
        for (number, language) in self.all.iter().enumerate() {
            match rest.checked_sub(language.share) {
                Some(left) => rest = left,
                None => return number,
            }
        }
        0
    }

    /// A first and a last name in a language.
    pub(super) fn name(&self, language: usize, numbers: &mut Seeded) -> (&Name, &Name) {
        let Language { first, last, .. } = &self.all[language];
        let last = if numbers.below(RARITY) == 0 { &self.rare } else { last };
        (numbers.pick(first), numbers.pick(last))
    }
}

impl Language {
    fn read(code: &'static str, lines: &'static str) -> Language {
        let words: HashMap<_, _> = lines.lines().filter_map(|line| line.split_once(" = ")).collect();
        let word = |name| words.get(name).copied().unwrap_or_default();
        let names = |name| word(name).split(' ').map(Name::read).collect();
        Language {
            code,
            share: word("share").parse().unwrap_or(0),
            first: names("first"),
            last: names("last"),
            domains: word("domains").split(' ').collect(),
            towns: word("towns").split(' ').collect(),
            messages: word("messages").split(" | ").collect(),
            words,
        }
    }

    /// A word or sentence of the language's forms.
    pub(super) fn word(&self, name: &str) -> &'static str {
        self.words.get(name).copied().unwrap_or_default()
    }
}

impl Name {
    fn read(text: &str) -> Name {
        let (spelled, plain) = text.split_once('/').unwrap_or((text, text));
        let plain = plain.to_lowercase().replace('-', "");
        Name { spelled: spelled.replace('-', " "), plain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_word_and_names_that_fit_into_an_address() {
        let languages = Languages::read();
        assert_eq!(languages.all.iter().map(|language| language.share).sum::<u64>(), 100);
        let count = languages.all[0].words.len();
        for Language { code, words, first, last, domains, towns, messages, .. } in &languages.all {
            assert_eq!(words.len(), count, "{code}");
            assert!(words.values().all(|word| !word.trim().is_empty()), "{code}");
            assert!(towns.len() >= 4 && messages.len() >= 3, "{code}");
            for name in first.iter().chain(last).chain(&languages.rare) {
                let is_plain = name.plain.bytes().all(|byte| byte.is_ascii_lowercase());
                assert!(is_plain && !name.plain.is_empty(), "{code}: {}", name.spelled);
            }
            // Domains that can never belong to anybody.
            let nobody = |domain: &&&str| domain.ends_with(".example") || domain.starts_with("example.");
            assert_eq!(domains.iter().filter(nobody).count(), domains.len(), "{code}");
        }
    }
}
