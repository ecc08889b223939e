//! The CSV format of the Open Cookie Database: one line for each cookie, with the platform it belongs to.

use std::collections::BTreeMap;

use super::error::{Error, Problems, Result};
use super::json::{Json, Member};
use super::widget::library::LibraryEntry;
use super::widget::{Purpose, slug_of};

/// Columns that must be there, in lower case.
const NEEDED: [&str; 3] = ["platform", "category", "cookie / data key name"];

/// What a file holds.
#[derive(Debug, Default)]
pub struct Found {
    /// Services, in the order of their slugs.
    pub services: Vec<LibraryEntry>,
    /// Lines that could not be used, with the reason.
    pub left_out: Vec<String>,
}

/// A line that can be used.
struct Line {
    platform: String,
    purpose: Purpose,
    cookie: Json<'static>,
    provider: Option<String>,
}

/// Reads a file.
///
/// # Errors
/// A file without the columns of the format.
pub fn read(bytes: &[u8]) -> Result<Found> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let columns = columns(&mut reader)?;
    let (mut found, mut lines) = (Found::default(), Vec::new());
    for (index, record) in reader.byte_records().enumerate() {
        let number = index + 2;
        match record.map_err(|why| why.to_string()).and_then(|record| line(&columns, &record)) {
            Ok(line) => lines.push(line),
            Err(why) => found.left_out.push(format!("line {number}: {why}")),
        }
    }
    for ((platform, purpose), group) in grouped(&lines) {
        let is_alone = lines.iter().all(|line| line.platform != platform || line.purpose == purpose);
        match service(platform, purpose, is_alone, &group) {
            Ok(service) => found.services.push(service),
            Err(error) => found.left_out.push(format!("{platform}: {error}")),
        }
    }
    found.services.sort_by(|one, other| one.slug.cmp(&other.slug));
    found.services.dedup_by(|one, other| one.slug == other.slug);
    Ok(found)
}

fn columns(reader: &mut csv::Reader<&[u8]>) -> Result<BTreeMap<String, usize>> {
    let headers = reader.byte_headers().map_err(|why| Error::invalid("file", why.to_string()))?;
    let name =
        |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}').trim().to_lowercase();
    let columns: BTreeMap<String, usize> =
        headers.iter().enumerate().map(|(index, header)| (name(header), index)).collect();
    let mut problems = Problems::default();
    for needed in NEEDED.iter().filter(|needed| !columns.contains_key(**needed)) {
        problems.add(
            "file",
            format!("has no column \"{needed}\": is it the CSV file of the Open Cookie Database?"),
        );
    }
    problems.or(columns)
}

fn line(columns: &BTreeMap<String, usize>, record: &csv::ByteRecord) -> Result<Line, String> {
    let text = |name: &str| {
        let bytes = record.get(*columns.get(name)?)?;
        let text = String::from_utf8_lossy(bytes).replace('\0', "").trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let platform = text("platform").ok_or("has no platform")?;
    let name = text("cookie / data key name").ok_or("has no name of a cookie")?;
    let category = text("category").ok_or("has no category")?;
    let purpose = purpose(&category).ok_or_else(|| format!("{category} is not a category that we know"))?;
    let is_prefix = text("wildcard match").as_deref() == Some("1");
    let name = if is_prefix && !name.contains('*') { format!("{name}*") } else { name };
    let mut cookie: Vec<Member<'static>> = vec![("name".into(), Json::text(name))];
    cookie.push(("description".into(), Json::text_or_null(text("description"))));
    let lifetime = text("retention period").and_then(|period| seconds(&period));
    cookie.push(("lifetime".into(), Json::int_or_null(lifetime)));
    Ok(Line { platform, purpose, cookie: Json::Object(cookie), provider: text("data controller") })
}

/// Nothing becomes strictly necessary by an import: that is for the site to decide.
fn purpose(category: &str) -> Option<Purpose> {
    match category.to_lowercase().as_str() {
        "functional" | "personalization" | "personalisation" | "preferences" | "security" => {
            Some(Purpose::Preference)
        }
        "analytics" | "statistics" | "performance" => Some(Purpose::Analytical),
        "marketing" | "advertising" | "targeting" => Some(Purpose::Marketing),
        "other" | "social" => Some(Purpose::Other),
        _ => None,
    }
}

/// Reads `2 years`, `30 days`, `Session`; what is said otherwise is not known.
fn seconds(period: &str) -> Option<i64> {
    let period = period.to_lowercase();
    if period.starts_with("session") || period.contains("end of session") {
        return Some(0);
    }
    let digits: String = period.chars().take_while(char::is_ascii_digit).collect();
    let unit = period.get(digits.len()..)?.trim().split([' ', ',', '(', '.']).next()?;
    let unit = match unit.trim_end_matches('s') {
        "second" | "sec" => 1,
        "minute" | "min" => 60,
        "hour" => 3600,
        "day" => 86_400,
        "week" => 604_800,
        "month" => 30 * 86_400,
        "year" => 365 * 86_400,
        _ => return None,
    };
    let seconds = digits.parse::<i64>().ok()?.checked_mul(unit)?;
    (seconds <= 3653 * 86_400).then_some(seconds)
}

fn grouped(lines: &[Line]) -> BTreeMap<(&str, Purpose), Vec<&Line>> {
    let mut groups: BTreeMap<(&str, Purpose), Vec<&Line>> = BTreeMap::new();
    for line in lines {
        groups.entry((line.platform.as_str(), line.purpose)).or_default().push(line);
    }
    groups
}

/// A platform with cookies of several categories becomes several services, because a visitor decides by purpose.
fn service(platform: &str, purpose: Purpose, is_alone: bool, lines: &[&Line]) -> Result<LibraryEntry> {
    let name = if is_alone { platform.to_owned() } else { format!("{platform} ({})", purpose.label()) };
    let provider = lines.iter().find_map(|line| line.provider.clone());
    let entry = Json::object([
        ("name", Json::text(name.clone())),
        ("slug", Json::text(slug_of(&name))),
        ("purpose", Json::int(purpose.number())),
        ("provider", Json::text_or_null(provider.filter(|provider| provider.chars().count() <= 150))),
        ("cookies", Json::Array(lines.iter().map(|line| line.cookie.clone()).collect())),
    ]);
    LibraryEntry::new(&entry, Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,User Privacy & GDPR Rights Portals,Wildcard match\n\
        1,Some Counter,Analytics,_sc,,\"Counts, twice\",2 years,Counter Ltd,https://counter.example,0\n\
        2,Some Counter,Analytics,_sc_,,Sessions,Session,Counter Ltd,,1\n\
        3,Big Shop,Marketing,bs_ad,,Ads,30 days,Big,,0\n\
        4,Big Shop,Functional,bs_lang,,Language,a while,Big,,0\n\
        5,Odd,Unheard of,x,,,,,,0\n";

    #[test]
    fn cookies_become_services_by_platform_and_purpose() {
        let Found { services, left_out } = read(FILE.as_bytes()).unwrap();
        let slugs: Vec<_> = services.iter().map(|service| (service.slug.as_str(), service.purpose)).collect();
        assert_eq!(
            slugs,
            [
                ("big-shop-marketing", Purpose::Marketing),
                ("big-shop-preference", Purpose::Preference),
                ("some-counter", Purpose::Analytical),
            ]
        );
        let cookies = services[2].service.get("cookies").unwrap().items();
        let fact = |index: usize, name: &str| cookies[index].get(name).unwrap().clone();
        assert_eq!(fact(0, "lifetime"), Json::int(2 * 365 * 86_400));
        assert_eq!((fact(1, "name"), fact(1, "lifetime")), (Json::text("_sc_*"), Json::int(0)));
        assert_eq!(fact(0, "description"), Json::text("Counts, twice"));
        assert_eq!(left_out, ["line 6: Unheard of is not a category that we know"]);
    }

    #[test]
    fn a_file_of_another_format_is_refused() {
        let Err(Error::Invalid(problems)) = read(b"a,b\n1,2\n") else { panic!() };
        assert_eq!(problems.list().len(), 3);
    }
}
