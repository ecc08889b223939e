//! What is asked of a server with many consents: each filter with values that occur, rare and frequent ones.

use super::client::encoded;
use super::seen::{Seen, moment};

/// A kind of question, with what was asked of its time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One thing by its id: p99 under 5 ms.
    ById,
    /// The first page of an exact filter or a time range: p95 under 30 ms.
    FirstPage,
    /// A search within texts: p95 under 150 ms.
    Search,
}

pub(super) const KINDS: [Kind; 3] = [Kind::ById, Kind::FirstPage, Kind::Search];

/// Requests that ask the same of different values.
pub(super) struct Question {
    pub(super) kind: Kind,
    /// As a person would write it.
    pub(super) name: String,
    pub(super) requests: Vec<Request>,
}

pub(super) struct Request {
    pub(super) target: String,
    /// A text that each item of the answer has to hold, in small letters.
    pub(super) every: Option<String>,
}

/// Words that are searched for. Generated people have frequent names, names of one in thirty thousand, and none of the
/// last two: `example` is in every address, and in no name.
pub(super) const WORDS: [&str; 11] = [
    "anna",
    "martin",
    "garcía",
    "@mail.example",
    "li",
    "anna.rossi",
    "featherstonehaugh",
    "zschokke",
    "佐藤",
    "xylophonist",
    "example",
];

/// Searches that meet another filter or another search, and what they ask for.
const SEARCHES: [(&str, &str); 4] = [
    ("subject_email=martin&subject_full_name=anna", "anna"),
    ("fulltext=anna&source=private", r#""source":"private""#),
    ("fulltext=martin&preference_key=newsletter", r#""newsletter":"#),
    ("subject_email=zschokke&subject_first_name=Anna", r#""first_name":"anna""#),
];

/// Filters whose value is the same for everybody, and what they ask for.
const FIXED: [(&str, &str); 12] = [
    ("source=public", r#""source":"public""#),
    ("source=private", r#""source":"private""#),
    ("consent_type=cookie_policy", r#""consent_type":"cookie_policy""#),
    ("consent_type=null", r#""consent_type":null"#),
    ("subject_verified=true", r#""verified":true"#),
    ("subject_verified=false", r#""verified":false"#),
    ("ip_address=none", r#""ip_address":null"#),
    ("preference_key=newsletter", r#""newsletter":"#),
    ("preference_key=topics", r#""topics":"#),
    ("preference_key=matomo", r#""matomo":"#),
    ("consent_type=cookie_policy&subject_verified=true", r#""verified":true"#),
    ("subject_first_name=Anna&source=private", r#""first_name":"anna""#),
];
/// The same of subjects.
const FIXED_SUBJECTS: [(&str, &str); 3] = [
    ("verified=true", r#""verified":true"#),
    ("verified=false", r#""verified":false"#),
    ("phone=8881", "8881"),
];

/// All questions, made from consents that were seen. `times` is how often the first page of a filter without values is
/// asked for.
pub(super) fn all(seen: &[Seen], times: usize) -> Vec<Question> {
    let mut questions = by_id(seen);
    questions.extend(fixed(Kind::FirstPage, "/consent", &FIXED, times));
    questions.extend(of_values("/consent", seen, &CONSENT_FILTERS));
    questions.extend(ranges("/consent"));
    questions.extend(fixed(Kind::FirstPage, "/subjects", &FIXED_SUBJECTS, times));
    questions.extend(of_values("/subjects", seen, &SUBJECT_FILTERS));
    questions.extend(ranges("/subjects"));
    questions.extend(searches(times));
    questions.extend(fixed(Kind::Search, "/consent", &SEARCHES, times));
    questions
}

fn by_id(seen: &[Seen]) -> Vec<Question> {
    let consents = seen.iter().map(|seen| Request { target: format!("/consent/{}", seen.id), every: None });
    let subject =
        |seen: &Seen| Request { target: format!("/subjects/{}", encoded(&seen.subject)), every: None };
    let question = |name: &str, requests| Question { kind: Kind::ById, name: name.to_owned(), requests };
    vec![
        question("`GET /consent/{id}`", consents.collect()),
        question("`GET /subjects/{id}`, with preferences", seen.iter().map(subject).collect()),
    ]
}

fn fixed(
    kind: Kind,
    list: &'static str,
    filters: &'static [(&str, &str)],
    times: usize,
) -> impl Iterator<Item = Question> {
    filters.iter().map(move |(query, every)| {
        let request = || Request { target: page(list, query), every: Some((*every).to_owned()) };
        let requests = (0..times).map(|_| request()).collect();
        Question { kind, name: format!("`{list}?{query}`"), requests }
    })
}

/// A filter, the member that it compares, and the value that a consent has for it.
type Filter = (&'static str, &'static str, fn(&Seen) -> &str);

const CONSENT_FILTERS: [Filter; 5] = [
    ("subject_id", "id", |seen| &seen.subject),
    ("subject_email_exact", "email", |seen| &seen.email),
    ("subject_first_name", "first_name", |seen| &seen.first_name),
    ("subject_last_name", "last_name", |seen| &seen.last_name),
    ("ip_address", "ip_address", |seen| &seen.ip_address),
];
const SUBJECT_FILTERS: [Filter; 4] = [
    ("id", "id", |seen| &seen.subject),
    ("email_exact", "email", |seen| &seen.email),
    ("first_name", "first_name", |seen| &seen.first_name),
    ("last_name", "last_name", |seen| &seen.last_name),
];

fn of_values(list: &'static str, seen: &[Seen], filters: &[Filter]) -> Vec<Question> {
    let question = |(name, member, value): &Filter| {
        let values = seen.iter().map(value).filter(|value| !value.is_empty());
        let request = |value: &str| Request {
            target: page(list, &format!("{name}={}", encoded(value))),
            every: Some(format!("\"{member}\":\"{}\"", value.to_lowercase())),
        };
        let requests = values.map(request).collect();
        Question { kind: Kind::FirstPage, name: format!("`{list}?{name}=`, values that occur"), requests }
    };
    filters.iter().map(question).collect()
}

fn ranges(list: &'static str) -> Vec<Question> {
    const DAY: u64 = 24 * 60 * 60;
    let of_length = |name: &str, length: u64| {
        let begin = |part: u64| moment(part, 100);
        let query = |from: u64| format!("from_time={from}&to_time={}", from + length);
        let requests = (0..100).map(|part| Request { target: page(list, &query(begin(part))), every: None });
        question(list, name, requests.collect())
    };
    let spelled = [
        "from_time=2024-03-05T00:00:00Z",
        "from_time=2024-03-05%2000:00:00%20UTC&to_time=2024-03-06T01:00:00%2B01:00",
        "to_time=2023-02-01",
        "from_time=1704067200",
    ];
    let spelled = spelled.iter().cycle().take(100);
    vec![
        of_length("an hour", 60 * 60),
        of_length("a day", DAY),
        of_length("a month", 30 * DAY),
        of_length("a year", 365 * DAY),
        question(
            list,
            "open at one end, in every notation",
            spelled.map(|query| Request { target: page(list, query), every: None }).collect(),
        ),
    ]
}

fn question(list: &str, name: &str, requests: Vec<Request>) -> Question {
    Question { kind: Kind::FirstPage, name: format!("`{list}`, time range: {name}"), requests }
}

fn searches(times: usize) -> Vec<Question> {
    let filters = [
        ("/consent", "subject_email"),
        ("/consent", "subject_full_name"),
        ("/consent", "fulltext"),
        ("/subjects", "email"),
        ("/subjects", "full_name"),
        ("/subjects", "fulltext"),
    ];
    let question = |(list, filter): (&str, &str)| {
        let request = |word: &&str| Request {
            target: page(list, &format!("{filter}={}", encoded(word))),
            every: holds(word, filter),
        };
        let requests = WORDS.iter().cycle().take(WORDS.len() * times).map(request).collect();
        Question { kind: Kind::Search, name: format!("`{list}?{filter}=`, each of the words"), requests }
    };
    filters.into_iter().map(question).collect()
}

/// Fuzzy filters take a value apart at its dots, and any part will do.
fn holds(word: &str, filter: &str) -> Option<String> {
    (filter == "fulltext" || !word.contains('.')).then(|| word.to_owned())
}

/// Pages are as long as they may be.
pub(super) fn page(list: &str, query: &str) -> String {
    format!("{list}?limit=100&{query}")
}
