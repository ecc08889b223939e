//! Who changes something.

use std::fmt;
use std::str::FromStr;

/// Someone who changes something. Its text is what a record's `by` and the audit log say: `member:3`, `key:8e03978e40d5`,
/// `command`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A member, by number.
    Member(i64),
    /// A program, by the id of its key.
    Key(String),
    /// Whoever runs the server, and by what: `command`, `demo`, `server`.
    Operator(&'static str),
}

impl Author {
    /// The commands of `placet`.
    pub const COMMAND: Author = Author::Operator("command");
    /// The server by itself: its daily jobs.
    pub const SERVER: Author = Author::Operator("server");
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Author::Member(id) => write!(f, "member:{id}"),
            Author::Key(id) => write!(f, "key:{id}"),
            Author::Operator(what) => f.write_str(what),
        }
    }
}

impl FromStr for Author {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Author, Self::Err> {
        const MUST_BE: &str = "must be member:<id>, key:<id> or command";
        match text.split_once(':') {
            Some(("member", id)) => id.parse().map(Author::Member).map_err(|_| MUST_BE),
            Some(("key", id)) if !id.contains('\0') => Ok(Author::Key(id.to_owned())),
            None => ["command", "demo", "server"]
                .into_iter()
                .find(|word| *word == text)
                .map(Author::Operator)
                .ok_or(MUST_BE),
            _ => Err(MUST_BE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_author_is_read_as_it_is_written() {
        for text in ["member:3", "key:8e03978e40d5", "command", "demo", "server"] {
            assert_eq!(text.parse::<Author>().map(|author| author.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "member", "member:x", "key:\0", "address:https://a", "root"] {
            assert!(text.parse::<Author>().is_err(), "{text}");
        }
    }
}
