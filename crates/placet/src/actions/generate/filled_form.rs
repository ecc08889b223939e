//! What comes of a form: the request that a page or a site's server makes of it.

use uuid::Uuid;

use super::form::{Forms, Kind, choose};
use super::language::{Language, Languages};
use super::person::{Person, SubjectId, network_address};
use crate::app::Seeded;
use crate::domain::json::{Json, Member};
use crate::domain::key::KeyKind;
use crate::domain::time::{Spelling, Timestamp};

const COMPANIES: [&str; 6] =
    ["Atelier Nord", "Blue Kiln Ltd", "Töpferei am Tor", "Officina Due", "Ceràmica Sud", "Meridian"];
const STREETS: [&str; 6] =
    ["Mill Lane", "Gartenweg", "Rue du Four", "Via dei Vasai", "Calle Mayor", "Havenstraat"];
const TOPICS: [&str; 4] = ["plates", "courses", "glazes", "open days"];

/// A form that someone has filled in.
pub(super) struct Filled<'a> {
    pub kind: &'static Kind,
    /// The body of the request.
    pub body: Json<'a>,
    /// For the subject's id, if the request has none.
    pub subject_id: Uuid,
}

/// When a person fills in a form.
pub(super) struct Occasion<'a> {
    pub person: &'a Person<'a>,
    pub is_first: bool,
    /// When the server gets it.
    pub at: Timestamp,
    /// Number of the form's edition at that time.
    pub edition: usize,
}

/// A person fills in a form. `newest` gives the newest version of a notice at that time.
pub(super) fn fill<'a>(
    (languages, forms): (&'a Languages, &'a Forms),
    occasion: &Occasion<'a>,
    newest: impl Fn(&str) -> i64,
    numbers: &mut Seeded,
) -> Filled<'a> {
    let Occasion { person, is_first, at, edition } = *occasion;
    let (number, kind) = choose(numbers);
    let language = &languages.all()[person.language];
    let ticked = |required: bool, numbers: &mut Seeded| required || numbers.happens(450);
    let boxes: Vec<(&str, bool)> =
        kind.boxes.iter().map(|(name, required)| (*name, ticked(*required, numbers))).collect();
    let content = content(kind, person, language, &boxes, numbers).to_string();
    let form = forms.get(languages, number, person.language, edition);
    let proof = Json::object([("content", Json::text(content)), ("form", Json::text(form))]);
    let (subject, subject_id) = subject(kind, person, language, is_first, numbers);
    let mut members: Vec<Member<'a>> = Vec::with_capacity(6);
    members.extend(
        claim(kind, at, numbers).map(|at| ("timestamp".into(), Json::text(at.spell(Spelling::Millis)))),
    );
    members.push(("subject".into(), subject));
    members.push(("legal_notices".into(), notices(kind, newest, numbers)));
    members.push(("proofs".into(), Json::Array(vec![proof])));
    members.push(("preferences".into(), preferences(kind, &boxes, numbers)));
    match kind.source {
        KeyKind::Private if numbers.happens(700) => {
            members.push(("ip_address".into(), Json::text(network_address(numbers).to_string())));
        }
        KeyKind::Public if numbers.happens(150) => {
            members.push(("autodetect_ip_address".into(), Json::Bool(false)));
        }
        _ => {}
    }
    Filled { kind, body: Json::Object(members), subject_id }
}

/// Pages send the moment of the click, a few seconds old; a page that was offline sends days later, and one clock in a
/// thousand is an hour ahead. Servers mostly leave it out.
fn claim(kind: &Kind, at: Timestamp, numbers: &mut Seeded) -> Option<Timestamp> {
    let seconds = |bound, numbers: &mut Seeded| i64::try_from(numbers.below(bound)).unwrap_or(0) * 1000 + 137;
    let is_sent = numbers.happens(if kind.source == KeyKind::Public { 700 } else { 100 });
    let age = match numbers.below(1000) {
        0 if kind.source == KeyKind::Public => -seconds(3600, numbers) - 3_600_000,
        1..15 => seconds(20 * 24 * 3600, numbers),
        _ => seconds(4, numbers),
    };
    is_sent.then(|| Timestamp(at.0 - age))
}

/// The subject as the site sends it, and the id that it gets should the server have to generate one.
fn subject<'a>(
    kind: &Kind,
    person: &'a Person<'a>,
    language: &Language,
    is_first: bool,
    numbers: &mut Seeded,
) -> (Json<'a>, Uuid) {
    let mut members: Vec<Member<'a>> = Vec::with_capacity(6);
    let mut with = |name: &'static str, value: Json<'a>| members.push((name.into(), value));
    let subject_id = match &person.id {
        SubjectId::Sent(id) => {
            with("id", Json::text(id.as_str()));
            Uuid::nil()
        }
        SubjectId::Generated(id) => {
            if !is_first {
                with("id", Json::text(id.to_string()));
            }
            *id
        }
    };
    with("email", Json::text(person.email.as_str()));
    if kind.fields.contains(&"full_name") {
        with("full_name", Json::text(person.full_name(language)));
    } else {
        with("first_name", Json::text(person.first.spelled.as_str()));
        with("last_name", Json::text(person.last.spelled.as_str()));
    }
    if kind.source == KeyKind::Private {
        with("verified", Json::Bool(numbers.happens(600)));
    }
    if kind.name == "account" {
        let phone =
            Json::object([("number", Json::text(person.phone.as_str())), ("label", Json::text("mobile"))]);
        with("phones", Json::Array(vec![phone]));
    }
    (Json::Object(members), subject_id)
}

/// Half of the sites name the version, the others leave it to the server.
fn notices<'a>(kind: &Kind, newest: impl Fn(&str) -> i64, numbers: &mut Seeded) -> Json<'a> {
    let is_named = numbers.happens(500);
    let notice = |identifier: &&'static str| {
        let mut members = vec![("identifier".into(), Json::text(*identifier))];
        if is_named {
            members.push(("version".into(), Json::int(newest(identifier))));
        }
        Json::Object(members)
    };
    Json::Array(kind.notices.iter().map(notice).collect())
}

fn preferences<'a>(kind: &Kind, boxes: &[(&'static str, bool)], numbers: &mut Seeded) -> Json<'a> {
    let mut members: Vec<Member<'a>> =
        boxes.iter().map(|(name, ticked)| ((*name).into(), Json::Bool(*ticked))).collect();
    if kind.name == "newsletter" && numbers.happens(50) {
        let topics = Json::Array(vec![Json::text(*numbers.pick(&TOPICS)), Json::text("offers")]);
        members.push(("topics".into(), topics));
    }
    Json::Object(members)
}

/// What the form library collects: name and value of each field.
fn content<'a>(
    kind: &Kind,
    person: &'a Person<'a>,
    language: &Language,
    boxes: &[(&'static str, bool)],
    numbers: &mut Seeded,
) -> Json<'a> {
    let mut members: Vec<Member<'a>> = Vec::with_capacity(kind.fields.len() + boxes.len());
    for field in kind.fields {
        let value = match *field {
            "first_name" => Json::text(person.first.spelled.as_str()),
            "last_name" => Json::text(person.last.spelled.as_str()),
            "full_name" => Json::text(person.full_name(language)),
            "email" => Json::text(person.email.as_str()),
            "phone" => Json::text(person.phone.as_str()),
            "company" => Json::text(*numbers.pick(&COMPANIES)),
            "street" => Json::text(format!("{} {}", numbers.pick(&STREETS), 1 + numbers.below(120))),
            "town" => Json::text(*numbers.pick(&language.towns)),
            _ => Json::text(message(language, numbers)),
        };
        members.push(((*field).into(), value));
    }
    let value = |ticked: bool| Json::text(if ticked { "on" } else { "" });
    members.extend(boxes.iter().map(|(name, ticked)| ((*name).into(), value(*ticked))));
    Json::Object(members)
}

fn message(language: &Language, numbers: &mut Seeded) -> String {
    let count = 1 + numbers.below(3);
    let sentences: Vec<&str> = (0..count).map(|_| *numbers.pick(&language.messages)).collect();
    format!("{}\n{}", sentences.join(" "), 100_000 + numbers.below(900_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_about_one_and_a_half_kilobytes() {
        let languages = Languages::read();
        let forms = Forms::write(&languages);
        let size = |number: u64| {
            let person = &Person::of(&languages, 1, number);
            let occasion = Occasion { person, is_first: true, at: Timestamp(0), edition: 0 };
            let numbers = &mut Seeded::new(2, number);
            fill((&languages, &forms), &occasion, |_| 1, numbers).body.to_string().len()
        };
        let average = (0..1000).map(size).sum::<usize>() / 1000;
        assert!((1400..1600).contains(&average), "{average} bytes");
    }
}
