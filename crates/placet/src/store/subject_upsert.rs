//! Creating subjects, and bringing those that exist up to date: what calls say of a subject is applied to its row one after
//! the other, as they arrived.

use std::borrow::Cow;
use std::collections::BTreeMap;

use uuid::Uuid;

use super::engine::{ColumnType, Insert, Tx};
use super::preference::{self, Newest};
use super::row::{Row, Value};
use super::{search, subject_phone};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::subject::SubjectFields;
use crate::domain::time::Timestamp;

statements! {
    /// Nobody else changes the row until the transaction ends.
    LOCK = "UPDATE subjects SET verified = verified WHERE workspace_id = $1 AND id = $2
        RETURNING email, first_name, last_name, full_name, phones, verified, preferences";
    CHANGE = "UPDATE subjects SET email = $3, first_name = $4, last_name = $5, full_name = $6, phones = $7, verified = $8,
        preferences = $9 WHERE workspace_id = $1 AND id = $2";
}

pub(super) const INSERT: Insert = Insert {
    table: "subjects",
    columns: &[
        ("workspace_id", ColumnType::Int),
        ("id", ColumnType::Text),
        ("email", ColumnType::Text),
        ("first_name", ColumnType::Text),
        ("last_name", ColumnType::Text),
        ("full_name", ColumnType::Text),
        ("phones", ColumnType::Text),
        ("verified", ColumnType::Int),
        ("preferences", ColumnType::Bytes),
        ("listed_phones", ColumnType::Text),
        ("created_at", ColumnType::Int),
        ("search_hash", ColumnType::Int),
    ],
    on_conflict: "ON CONFLICT (workspace_id, id) DO NOTHING",
};

/// What a call changes on a subject.
#[derive(Clone)]
pub struct SubjectUpsert {
    /// The subject's id.
    pub id: String,
    /// Fields given; those that were not stay as they are.
    pub fields: SubjectFields,
    /// Whether it may overwrite fields and set `verified` of a subject that exists.
    pub may_overwrite: bool,
    /// Whether it may say of a new subject that it is verified.
    pub may_confirm: bool,
    /// When the subject became known, should it be new.
    pub created_at: Timestamp,
    /// Name and packed value (JSON) of each preference.
    pub preferences: Vec<(String, Vec<u8>)>,
}

impl SubjectUpsert {
    /// What a call changes on a subject's fields.
    #[must_use]
    pub fn new(
        id: String,
        fields: SubjectFields,
        may_overwrite: bool,
        created_at: Timestamp,
    ) -> SubjectUpsert {
        let may_confirm = may_overwrite;
        SubjectUpsert { id, fields, may_overwrite, may_confirm, created_at, preferences: Vec::new() }
    }
}

/// What a call says of a subject, and the consent that proves its preferences: id and moment.
#[derive(Clone, Copy)]
pub(super) struct Call<'c> {
    pub workspace: WorkspaceId,
    pub upsert: &'c SubjectUpsert,
    pub consent: (Uuid, Timestamp),
}

/// The calls about each subject in order of arrival; sorted by key: two writers that touch the same rows wait for each
/// other, never in a circle.
type CallsBySubject<'c> = BTreeMap<(WorkspaceId, &'c str), Vec<Call<'c>>>;

/// The part of a subject's row that calls change.
#[derive(Clone, Default, PartialEq)]
struct State<'c> {
    email: Option<Cow<'c, str>>,
    first_name: Option<Cow<'c, str>>,
    last_name: Option<Cow<'c, str>>,
    full_name: Option<Cow<'c, str>>,
    phones: Option<Cow<'c, str>>,
    verified: bool,
    preferences: Vec<Newest<'c>>,
}

/// Creates subjects and updates those that exist; gives the keys of those that are new.
pub(super) fn upsert<'c>(
    tx: &mut Tx<'_>,
    calls: impl IntoIterator<Item = Call<'c>>,
) -> Result<Vec<(WorkspaceId, &'c str)>> {
    let mut by_subject = CallsBySubject::new();
    for call in calls {
        by_subject.entry((call.workspace, &call.upsert.id)).or_default().push(call);
    }
    let states: Vec<State<'_>> = by_subject.values().map(|calls| State::of_new(calls)).collect();
    let rows: Vec<Value<'_>> =
        by_subject.values().zip(&states).flat_map(|(calls, state)| state.row(calls)).collect();
    let is_new = tx.insert_new(&INSERT, &rows)?;
    let (new, known): (Vec<_>, Vec<_>) = by_subject.iter().zip(is_new).partition(|(_, is_new)| *is_new);
    update(tx, known.into_iter().map(|(entry, _)| entry).collect())?;
    list_phones(tx, &by_subject)?;
    Ok(new.into_iter().map(|((key, _), _)| *key).collect())
}

fn update(tx: &mut Tx<'_>, known: Vec<(&(WorkspaceId, &str), &Vec<Call<'_>>)>) -> Result<()> {
    let keys: Vec<Vec<Value<'_>>> =
        known.iter().map(|((workspace, id), _)| vec![workspace.0.into(), (*id).into()]).collect();
    let mut changes = Vec::new();
    for (((workspace, id), calls), rows) in known.into_iter().zip(tx.query_each(LOCK, &keys)?) {
        // Removed since it was seen to exist: it is new after all.
        let Some(mut row) = rows.into_iter().next() else { return Err(tx.begin_again()) };
        let preferences = row.bytes_or_none(6)?;
        let stored = State::read(row, preferences.as_deref())?;
        let mut state = stored.clone();
        for call in calls {
            state.apply(call);
        }
        if state != stored {
            changes.push(state.change(*workspace, id));
        }
    }
    tx.query_each(CHANGE, &changes).map(drop)
}

/// The endings of the phones that subjects have now.
fn list_phones(tx: &mut Tx<'_>, by_subject: &CallsBySubject<'_>) -> Result<()> {
    let given = by_subject.iter().filter_map(|((workspace, id), calls)| {
        let is_given = calls.iter().any(|call| call.upsert.fields.phones.is_some());
        is_given.then(|| (*workspace, *id, calls.first().map(|call| call.upsert.created_at)))
    });
    subject_phone::list(tx, &given.collect::<Vec<_>>())
}

impl<'c> State<'c> {
    /// Of a subject that nobody knew before.
    fn of_new(calls: &[Call<'c>]) -> State<'c> {
        let mut state = State::default();
        if let Some(Call { upsert, .. }) = calls.first() {
            state.verified = upsert.may_confirm && upsert.fields.verified == Some(true);
        }
        for call in calls {
            state.apply(call);
        }
        state
    }

    /// Reads what [`LOCK`] returns, its preferences apart.
    fn read(mut row: Row, preferences: Option<&'c [u8]>) -> Result<State<'c>> {
        let mut text = |column| row.text_or_none(column).map(|text| text.map(Cow::Owned));
        let (email, first_name, last_name, full_name, phones) =
            (text(0)?, text(1)?, text(2)?, text(3)?, text(4)?);
        let verified = row.int(5)? == 1;
        let preferences = preference::decode(preferences)?;
        Ok(State { email, first_name, last_name, full_name, phones, verified, preferences })
    }

    /// A call that may overwrite puts what it gives in the place of what is stored; any other only fills in what is
    /// missing, and never changes `verified`.
    fn apply(&mut self, call: &Call<'c>) {
        let SubjectUpsert { id: _, fields, may_overwrite, may_confirm, created_at: _, preferences } =
            call.upsert;
        let SubjectFields { id: _, email, first_name, last_name, full_name, verified, phones } = fields;
        let set = |stored: &mut Option<Cow<'c, str>>, given: &'c Option<String>| {
            if let Some(given) = given
                && (*may_overwrite || stored.is_none())
            {
                *stored = Some(Cow::Borrowed(given));
            }
        };
        set(&mut self.email, email);
        set(&mut self.first_name, first_name);
        set(&mut self.last_name, last_name);
        set(&mut self.full_name, full_name);
        set(&mut self.phones, phones);
        if let Some(verified) = verified
            && *may_overwrite
            && *may_confirm
        {
            self.verified = *verified;
        }
        let (consent, at) = call.consent;
        for (name, value) in preferences {
            preference::put(&mut self.preferences, Newest { name, value, consent, at });
        }
        preference::keep_newest(&mut self.preferences);
    }

    fn row(&self, calls: &[Call<'c>]) -> [Value<'_>; 12] {
        let first = calls.first();
        let [email, first_name, last_name, full_name, phones] = self.texts();
        let hash = search::subject_hash([email, first_name, last_name, full_name]);
        [
            first.map(|call| call.workspace.0).into(),
            first.map(|call| call.upsert.id.as_str()).into(),
            email.into(),
            first_name.into(),
            last_name.into(),
            full_name.into(),
            phones.into(),
            self.verified.into(),
            preference::encode(&self.preferences).into(),
            phones.into(),
            first.map(|call| call.upsert.created_at.0).into(),
            hash.into(),
        ]
    }

    /// The values of [`CHANGE`].
    fn change(&self, workspace: WorkspaceId, id: &str) -> Vec<Value<'static>> {
        let owned = |text: Option<&str>| text.map(str::to_owned).into();
        let [email, first_name, last_name, full_name, phones] = self.texts().map(owned);
        let (verified, preferences) = (self.verified.into(), preference::encode(&self.preferences).into());
        let key = [workspace.0.into(), id.to_owned().into()];
        key.into_iter()
            .chain([email, first_name, last_name, full_name, phones, verified, preferences])
            .collect()
    }

    fn texts(&self) -> [Option<&str>; 5] {
        let State { email, first_name, last_name, full_name, phones, .. } = self;
        [email, first_name, last_name, full_name, phones].map(Option::as_deref)
    }
}
