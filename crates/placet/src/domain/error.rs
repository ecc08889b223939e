//! The one error type: a short, closed list. Each edge decides how it looks (`http/error.rs`, `cli`).

use std::fmt;

/// Why something was not done.
#[derive(Debug, Clone)]
pub enum Error {
    /// The caller's input is wrong; every problem found, at once.
    Invalid(Problems),
    /// No credentials were given, or none that we know of (management API, sign-in).
    Unauthenticated(&'static str),
    /// The caller may not do this.
    Forbidden(String),
    /// The caller may do this, but has to give the password again first.
    Unconfirmed,
    /// The thing does not exist, or not for this caller. Names the thing: `Consent`, `Subject`.
    NotFound(&'static str),
    /// The request contradicts what is stored.
    Conflict(String),
    /// The `Idempotency-Key` of the request was used for another one.
    KeyReused,
    /// The input is larger than this many bytes.
    TooLarge {
        /// The most that is accepted, in bytes.
        limit: usize,
    },
    /// Too many attempts; try again after this many seconds.
    TooMany {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The store cannot take this now; nothing was acknowledged, so try again after this many seconds.
    Unavailable {
        /// Seconds to wait.
        retry_after: u32,
        /// What happened, for the operator only.
        cause: String,
    },
    /// A fault of ours. The text is for the operator only and never reaches a caller.
    Internal(String),
}

/// The result of everything that can fail in Placet.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is wrong with an input: where, and why.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

/// One fault of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path of the field: `subject.id`, `legal_notices[0].version`; empty for the input as a whole.
    pub field: String,
    /// Why, for people.
    pub reason: String,
}

impl Problems {
    /// Notes a fault of `field`.
    pub fn add(&mut self, field: impl Into<String>, reason: impl Into<String>) {
        self.0.push(Problem { field: field.into(), reason: reason.into() });
    }

    /// All faults, in the order they were found.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.0
    }

    /// `Ok(value)` when nothing is wrong.
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that was noted.
    pub fn or<T>(self, value: T) -> Result<T> {
        if self.0.is_empty() { Ok(value) } else { Err(Error::Invalid(self)) }
    }
}

impl Error {
    /// One fault of one field.
    pub fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Error {
        let mut problems = Problems::default();
        problems.add(field, reason);
        Error::Invalid(problems)
    }

    /// A fault of ours, described for the operator.
    pub fn internal(cause: impl fmt::Display) -> Error {
        Error::Internal(cause.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Invalid(problems) => write!(f, "{problems}"),
            Error::Unauthenticated(why) => f.write_str(why),
            Error::Forbidden(why) | Error::Conflict(why) => f.write_str(why),
            Error::Unconfirmed => f.write_str("Please give your password again first."),
            Error::KeyReused => {
                f.write_str("this Idempotency-Key was used for another request: give each its own")
            }
            Error::NotFound(what) => write!(f, "{what} not found"),
            Error::TooLarge { limit } => write!(f, "larger than {limit} bytes"),
            Error::TooMany { retry_after } => {
                write!(f, "too many attempts, try again in {retry_after} seconds")
            }
            Error::Unavailable { cause, .. } => write!(f, "temporarily unavailable: {cause}"),
            Error::Internal(cause) => write!(f, "internal error: {cause}"),
        }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Problem { field, reason }) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            let colon = if field.is_empty() { "" } else { ": " };
            write!(f, "{separator}{field}{colon}{reason}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
