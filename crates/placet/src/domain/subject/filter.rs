//! Which subjects to list.

use super::{Subject, SubjectFields, phone};
use crate::domain::substring::{AnyOf, Contained};
use crate::domain::time::Timestamp;

/// A filter; all of it must hold, and what is `None` is not asked.
#[derive(Clone, Debug, Default)]
pub struct SubjectFilter {
    /// Exactly this owner.
    pub owner: Option<String>,
    /// Exactly this id.
    pub id: Option<String>,
    /// Exactly this e-mail address.
    pub email: Option<String>,
    /// Exactly this first name.
    pub first_name: Option<String>,
    /// Exactly this last name.
    pub last_name: Option<String>,
    /// Whether the person confirmed.
    pub verified: Option<bool>,
    /// A plain number that one of the phones contains.
    pub phone: Option<String>,
    /// Not known before this moment.
    pub from: Option<Timestamp>,
    /// Known at this moment.
    pub to: Option<Timestamp>,
    /// What the e-mail address contains.
    pub email_contains: Option<AnyOf>,
    /// What the full name contains.
    pub full_name_contains: Option<AnyOf>,
    /// What the id, one of the names or the e-mail address contains.
    pub fulltext: Option<AnyOf>,
    /// Whether subjects whose processing is restricted are left out: the caller is no owner.
    pub hides_restricted: bool,
}

impl SubjectFilter {
    /// Whether any subject of this owner can pass: no id has U+0000 in it.
    #[must_use]
    pub fn is_possible(&self, owner: &str) -> bool {
        let is_id = |id: &String| !id.contains('\0');
        self.owner.as_ref().is_none_or(|only| only == owner) && self.id.as_ref().is_none_or(is_id)
    }

    /// Whether it asks for nothing but whether and when: for no id, name, address or phone.
    #[must_use]
    pub fn is_about_nobody(&self) -> bool {
        let SubjectFilter { id, email, first_name, last_name, phone, .. } = self;
        [id, email, first_name, last_name, phone].into_iter().all(Option::is_none)
            && self.contained().is_empty()
    }

    /// Whether a subject passes, whose owner is the one asked for.
    #[must_use]
    pub fn passes(&self, subject: &Subject) -> bool {
        let Subject { id, fields, created_at, preferences: _ } = subject;
        let is =
            |wanted: &Option<String>, found: Option<&String>| wanted.is_none() || wanted.as_ref() == found;
        is(&self.id, Some(id))
            && is(&self.email, fields.email.as_ref())
            && is(&self.first_name, fields.first_name.as_ref())
            && is(&self.last_name, fields.last_name.as_ref())
            && self.verified.is_none_or(|only| fields.verified == Some(only))
            && self.phone.as_ref().is_none_or(|part| phone::contain(fields.phones.as_deref(), part))
            && self.from.is_none_or(|from| from <= *created_at)
            && self.to.is_none_or(|to| *created_at <= to)
            && self.contains(id, fields)
    }

    /// What the subject's texts have to contain.
    #[must_use]
    pub fn contained(&self) -> Vec<Contained> {
        let SubjectFilter { email_contains, full_name_contains, fulltext, .. } = self;
        Contained::of_filters(email_contains.as_ref(), full_name_contains.as_ref(), fulltext.as_ref())
    }

    fn contains(&self, id: &str, fields: &SubjectFields) -> bool {
        let SubjectFields { id: _, email, first_name, last_name, full_name, verified: _, phones: _ } = fields;
        let is_in = |parts: &Option<AnyOf>, texts: &[Option<&str>]| {
            let any = |parts: &AnyOf| texts.iter().flatten().any(|text| parts.is_in(text));
            parts.as_ref().is_none_or(any)
        };
        let (email, full_name) = (email.as_deref(), full_name.as_deref());
        is_in(&self.email_contains, &[email])
            && is_in(&self.full_name_contains, &[full_name])
            && is_in(
                &self.fulltext,
                &[Some(id), first_name.as_deref(), last_name.as_deref(), full_name, email],
            )
    }
}
