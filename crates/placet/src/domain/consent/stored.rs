//! A consent read back. Everything it tells comes from the bytes that were hashed; an erased group tells nothing.

use placet_proof::{Commitments, Group};
use uuid::Uuid;

use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::{Digest, WidgetId};
use crate::domain::json::{Json, Member};
use crate::domain::subject::flag;
use crate::domain::time::Timestamp;

/// A consent as stored: its four groups, parsed, and what they commit to. What it tells is borrowed from the texts that
/// it was read from, or is its own.
#[derive(Debug)]
pub struct StoredConsent<'t> {
    /// The consent's id.
    pub id: Uuid,
    /// The moment by which consents are ordered.
    pub at: Timestamp,
    /// The commitments of the four groups; they stay when a group is erased.
    pub commitments: Commitments,
    groups: [Option<Json<'t>>; 4],
}

impl<'t> StoredConsent<'t> {
    /// Reads the disclosures, in the order S, E, F, D; an erased one is `None`. Id and moment stay when all are erased.
    ///
    /// # Errors
    /// When stored bytes are not a disclosure: the store is damaged.
    pub fn open(
        (id, at): (Uuid, Timestamp),
        commitments: Commitments,
        disclosures: [Option<&'t str>; 4],
    ) -> Result<StoredConsent<'t>> {
        let mut groups = [const { None }; 4];
        for (group, text) in groups.iter_mut().zip(disclosures) {
            *group = text.map(|text| open_group(id, text)).transpose()?;
        }
        Ok(StoredConsent { id, at, commitments, groups })
    }

    /// The same with nothing borrowed.
    #[must_use]
    pub fn into_owned(self) -> StoredConsent<'static> {
        let StoredConsent { id, at, commitments, groups } = self;
        let groups = groups.map(|group| group.map(Json::into_owned));
        StoredConsent { id, at, commitments, groups }
    }

    /// The member `name` of a group, unless absent or erased.
    #[must_use]
    pub fn get(&self, group: Group, name: &str) -> Option<&Json<'t>> {
        self.groups[group as usize].as_ref()?.given(name)
    }

    /// The member `name` of a group, or `null`.
    #[must_use]
    pub fn or_null(&self, group: Group, name: &str) -> Json<'t> {
        self.get(group, name).cloned().unwrap_or(Json::Null)
    }

    /// The letters of erased groups.
    #[must_use]
    pub fn erased(&self) -> Vec<char> {
        Group::ALL
            .into_iter()
            .filter(|group| self.groups[*group as usize].is_none())
            .map(Group::letter)
            .collect()
    }

    /// The member that says so in answers whose shape is not ours; absent if nothing is erased.
    #[must_use]
    pub fn erased_member(&self) -> Option<Member<'static>> {
        let letters: Vec<Json<'static>> =
            self.erased().into_iter().map(|letter| Json::text(letter.to_string())).collect();
        (!letters.is_empty()).then(|| ("erased".into(), Json::Array(letters)))
    }

    /// The groups that are not erased.
    #[must_use]
    pub fn left(&self) -> Vec<Group> {
        Group::ALL.into_iter().filter(|group| self.groups[*group as usize].is_some()).collect()
    }

    /// Digests of the forms shown, each once.
    #[must_use]
    pub fn forms(&self) -> Vec<Digest> {
        let forms = self.get(Group::Form, "forms").map_or(&[][..], Json::items);
        let mut digests: Vec<Digest> =
            forms.iter().filter_map(|digest| digest.as_str()?.parse().ok()).collect();
        digests.sort_unstable();
        digests.dedup();
        digests
    }

    /// The widget that a cookie choice was made in.
    #[must_use]
    pub fn widget(&self) -> Option<WidgetId> {
        self.get(Group::Event, "widget")?.get("id")?.as_int().map(WidgetId)
    }

    /// Whether a group has a member `name` that is not null; `None` if the group is erased.
    #[must_use]
    pub fn has(&self, group: Group, name: &str) -> Option<bool> {
        self.groups[group as usize].as_ref().map(|group| group.given(name).is_some())
    }

    /// Whether the subject was sent as verified; `None` if that is erased.
    #[must_use]
    pub fn is_verified(&self) -> Option<bool> {
        self.groups[Group::Subject as usize].as_ref()?;
        // Submissions with a value that is not a flag are refused.
        let sent = flag("verified", self.subject("verified"), &mut Problems::default());
        Some(sent.unwrap_or(false))
    }

    /// A member of the subject as sent.
    #[must_use]
    pub fn subject(&self, name: &str) -> Option<&Json<'t>> {
        self.get(Group::Subject, "subject")?.given(name)
    }

    /// The subject as sent: the known fields, null where absent, then whatever else was sent.
    #[must_use]
    pub fn snapshot(&self) -> Json<'t> {
        let sent = self.get(Group::Subject, "subject").map_or(&[][..], Json::members);
        let known = ["id", "email", "first_name", "last_name", "full_name"];
        let field = |name: &'static str| (name.into(), self.subject(name).cloned().unwrap_or(Json::Null));
        let mut members: Vec<Member<'t>> = known.into_iter().map(field).collect();
        members.push(("verified".into(), Json::Bool(self.is_verified() == Some(true))));
        let is_known = |name: &str| known.contains(&name) || name == "verified" || name == "owner_id";
        members.extend(sent.iter().filter(|(name, _)| !is_known(name)).cloned());
        Json::Object(members)
    }

    /// When the server had it; where that is erased, the moment by which consents are ordered.
    #[must_use]
    pub fn received_at(&self) -> Timestamp {
        self.get(Group::Event, "received_at").and_then(Json::as_int).map_or(self.at, Timestamp)
    }

    /// Content and form digest of each proof.
    #[must_use]
    pub fn proofs(&self) -> Vec<(Json<'t>, Json<'t>)> {
        let list = |group, name| self.get(group, name).map(|list| list.items().to_vec()).unwrap_or_default();
        let (contents, forms) = (list(Group::Subject, "contents"), list(Group::Form, "forms"));
        let nth = |items: &[Json<'t>], index: usize| items.get(index).cloned().unwrap_or(Json::Null);
        let count = contents.len().max(forms.len());
        (0..count).map(|index| (nth(&contents, index), nth(&forms, index))).collect()
    }
}

/// The object of the disclosure of a group of the consent `id`: its third element. Whether it is the disclosure that was
/// committed to is what the verifier checks; here it is only read.
///
/// # Errors
/// When it is not a disclosure: the store is damaged.
pub fn open_group(id: Uuid, text: &str) -> Result<Json<'_>> {
    match Json::parse(text) {
        Ok(Json::Array(mut elements)) if elements.len() == 3 => Ok(elements.swap_remove(2)),
        _ => Err(Error::internal(format!("a stored group of consent {id} is damaged"))),
    }
}
