//! What was found when something was looked over.

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is as it should be.
    pub is_fine: bool,
    /// What was found, and if something is wrong, what to do.
    pub text: String,
}

/// It is as it should be.
pub fn fine(text: impl Into<String>) -> Finding {
    Finding { is_fine: true, text: text.into() }
}

/// It is not, and this is what to do.
pub fn wrong(text: impl Into<String>) -> Finding {
    Finding { is_fine: false, text: text.into() }
}
