//! The parameters by which consents are filtered, the same in the consent API and in the management API.

pub(super) mod describe;

use std::net::IpAddr;

use uuid::Uuid;

use super::query::Query;
use crate::domain::consent::{COOKIE_POLICY, FacetFilter, Filter, Source};
use crate::domain::error::{Problems, Result};
use crate::domain::substring::AnyOf;

/// Reads the filter and the cursor; what cannot be read is reported all at once.
pub(super) fn read(query: &Query) -> Result<(Filter, Option<Uuid>)> {
    let mut problems = Problems::default();
    let (has_ip, ip) = ip_address(query, &mut problems);
    let facets = FacetFilter {
        source: query.read("source", &mut problems, "must be public, private or member", Source::from_word),
        is_cookie_choice: query.read(
            "consent_type",
            &mut problems,
            "must be cookie_policy or null",
            consent_type,
        ),
        is_verified: query.flag("subject_verified", &mut problems),
        has_ip,
        preference: query.text("preference_key"),
    };
    let filter = Filter {
        from: query.moment("from_time", &mut problems),
        to: query.moment("to_time", &mut problems),
        facets,
        subject: query.text("subject_id"),
        email: query.text("subject_email_exact"),
        first_name: query.text("subject_first_name"),
        last_name: query.text("subject_last_name"),
        ip: ip.map(|ip| ip.to_string()),
        search: None,
        email_contains: query.get("subject_email").and_then(AnyOf::parts_of),
        full_name_contains: query.get("subject_full_name").and_then(AnyOf::parts_of),
        fulltext: query.get("fulltext").and_then(AnyOf::whole),
        hides_restricted: false,
    };
    let after =
        query.read("starting_after", &mut problems, "must be a UUID", |text| Uuid::try_parse(text).ok());
    problems.or((filter, after))
}

/// Whether consents must have an address, and which one.
fn ip_address(query: &Query, problems: &mut Problems) -> (Option<bool>, Option<IpAddr>) {
    if query.get("ip_address") == Some("none") {
        return (Some(false), None);
    }
    let read = |text: &str| text.trim().parse().ok();
    let ip = query.read("ip_address", problems, "must be an IPv4 or IPv6 address, or none", read);
    (ip.map(|_| true), ip)
}

fn consent_type(word: &str) -> Option<bool> {
    match word {
        COOKIE_POLICY => Some(true),
        "null" => Some(false),
        _ => None,
    }
}
