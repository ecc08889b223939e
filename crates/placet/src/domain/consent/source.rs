//! Where a consent came from.

use crate::domain::key::KeyKind;

/// Who wrote a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A page or a program, with a key of this kind.
    Key(KeyKind),
    /// A member, by hand: from paper, a call, a counter.
    Member,
}

impl Source {
    const ALL: [Source; 3] = [Source::Key(KeyKind::Public), Source::Key(KeyKind::Private), Source::Member];

    /// The word in the record and in every answer.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Source::Key(kind) => kind.word(),
            Source::Member => "member",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Source> {
        Source::ALL.into_iter().find(|source| source.word() == word)
    }

    /// The number in the store.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Source::Key(KeyKind::Public) => 0,
            Source::Key(KeyKind::Private) => 1,
            Source::Member => 2,
        }
    }

    /// Reads the number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Source> {
        Source::ALL.into_iter().find(|source| source.number() == number)
    }

    /// Whether what it says is taken as it is said: everyone can see and use a public key.
    #[must_use]
    pub fn is_trusted(self) -> bool {
        self != Source::Key(KeyKind::Public)
    }
}

impl From<KeyKind> for Source {
    fn from(kind: KeyKind) -> Source {
        Source::Key(kind)
    }
}
