//! Finding out what is wrong: with an installation, or with a page on which the widget does not appear.

pub mod certificate;
pub mod installation;
pub mod page;
