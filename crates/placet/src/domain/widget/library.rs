//! The library of well-known services: facts about them, in `domain/services`, one file per purpose. What a site really
//! uses of a service is for the site to say; the library is where it starts.

use std::sync::LazyLock;

use super::cookie;
use super::purpose::Purpose;
use super::reading::{Provenance, Reading};
use super::service;
use crate::domain::error::{Error, Result};
use crate::domain::json::{Json, Member};

const FILES: [(Purpose, &str); 5] = [
    (Purpose::Necessary, include_str!("../services/necessary.json")),
    (Purpose::Preference, include_str!("../services/preference.json")),
    (Purpose::Analytical, include_str!("../services/analytical.json")),
    (Purpose::Marketing, include_str!("../services/marketing.json")),
    (Purpose::Other, include_str!("../services/other.json")),
];

/// A service that can be added to a widget.
#[derive(Clone, Debug, PartialEq)]
pub struct LibraryEntry {
    /// The word that pages use.
    pub slug: String,
    /// Its usual purpose.
    pub purpose: Purpose,
    /// Hosts that it is loaded from or that it sends to.
    pub domains: Vec<String>,
    /// As a service of a widget's file.
    pub service: Json<'static>,
}

/// Entries that cannot be read are left out; a test sees to it that there are none.
static LIBRARY: LazyLock<Vec<LibraryEntry>> = LazyLock::new(|| {
    let entries = FILES.iter().flat_map(|(purpose, text)| {
        let file = Json::parse(text).unwrap_or(Json::Null);
        file.items().iter().filter_map(|entry| read(*purpose, entry)).collect::<Vec<_>>()
    });
    entries.collect()
});

/// All services that come with Placet.
#[must_use]
pub fn all() -> &'static [LibraryEntry] {
    &LIBRARY
}

/// A service by its slug.
#[must_use]
pub fn get(slug: &str) -> Option<&'static LibraryEntry> {
    LIBRARY.iter().find(|known| known.slug == slug)
}

fn read(purpose: Purpose, entry: &Json<'static>) -> Option<LibraryEntry> {
    let slug = entry.get("slug")?.as_str()?.to_owned();
    let mut members: Vec<Member<'static>> = vec![("purpose".into(), Json::int(purpose.number()))];
    let mut domains = Vec::new();
    for (name, value) in entry.members() {
        match (&**name, value) {
            ("cookies", Json::Object(cookies)) => {
                let cookies = cookies.iter().map(|(name, kept)| cookie::from_library(name, kept.as_str()?));
                members.push(("cookies".into(), Json::Array(cookies.collect::<Option<_>>()?)));
            }
            ("domains", Json::Array(hosts)) => {
                domains = hosts.iter().map(|host| host.as_str().map(str::to_owned)).collect::<Option<_>>()?;
            }
            ("consentModeTypes", _) => {
                members.push(("consentMode".into(), Json::Bool(true)));
                members.push((name.clone(), value.clone()));
            }
            _ => members.push((name.clone(), value.clone())),
        }
    }
    LibraryEntry::new(&Json::Object(members), domains).ok().filter(|service| service.slug == slug)
}

impl LibraryEntry {
    /// Reads and completes a service of a widget's file.
    ///
    /// # Errors
    /// Every problem found.
    pub fn new(entry: &Json<'_>, domains: Vec<String>) -> Result<LibraryEntry> {
        let file = Json::Object(vec![("services".into(), Json::Array(vec![entry.clone()]))]);
        let mut reading = Reading::new(&file, Provenance::New);
        let services = service::read(&file, &mut reading);
        reading.problems.or(())?;
        let service =
            services.items().first().cloned().ok_or_else(|| Error::invalid("", "is not a service"))?;
        let slug = service.get("slug").and_then(Json::as_str).unwrap_or_default().to_owned();
        let purpose = service.get("purpose").and_then(Purpose::parse).unwrap_or(Purpose::Unclassified);
        Ok(LibraryEntry { slug, purpose, domains, service })
    }

    /// As it is stored and shown.
    #[must_use]
    pub fn to_json(&self) -> Json<'static> {
        let LibraryEntry { slug: _, purpose: _, domains, service } = self;
        let domains = domains.iter().map(|domain| Json::text(domain.clone()));
        let mut members = service.members().to_vec();
        members.push(("domains".into(), Json::Array(domains.collect())));
        Json::Object(members)
    }

    /// Whether a word that somebody searches for is in its name, its provider or its domains.
    #[must_use]
    pub fn is_meant(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&word);
        ["slug", "name", "provider", "domain"]
            .iter()
            .any(|name| self.service.get(name).and_then(Json::as_str).is_some_and(has))
            || self.domains.iter().any(|domain| has(domain))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::address::is_domain;
    use super::*;

    fn entries() -> Vec<(Purpose, Json<'static>)> {
        let read = |(purpose, text): &(Purpose, &'static str)| {
            let file = Json::parse(text).unwrap();
            file.items().iter().map(|entry| (*purpose, entry.clone())).collect::<Vec<_>>()
        };
        FILES.iter().flat_map(read).collect()
    }

    #[test]
    fn every_entry_can_be_read_and_there_are_at_least_two_hundred() {
        for (purpose, entry) in entries() {
            assert!(read(purpose, &entry).is_some(), "{entry}");
        }
        assert_eq!(all().len(), entries().len());
        assert!(all().len() >= 200, "{}", all().len());
    }

    #[test]
    fn slugs_are_unique_and_names_too() {
        let (mut slugs, mut names) = (BTreeSet::new(), BTreeSet::new());
        for LibraryEntry { slug, service, .. } in all() {
            assert!(slugs.insert(slug), "{slug}");
            assert!(names.insert(service.get("name").unwrap().as_str().unwrap().to_lowercase()), "{slug}");
            assert_eq!(slug_of_slug(slug), *slug, "slugs are lower case, with hyphens");
        }
    }

    fn slug_of_slug(slug: &str) -> String {
        service::slug_of(slug)
    }

    #[test]
    fn entries_have_only_known_members_and_every_fact_has_its_form() {
        const KNOWN: [&str; 11] = [
            "slug",
            "name",
            "provider",
            "country",
            "domain",
            "domains",
            "privacyPolicyUrl",
            "description",
            "consentModeTypes",
            "vendorSignal",
            "cookies",
        ];
        for (_, entry) in entries() {
            for (name, _) in entry.members() {
                assert!(KNOWN.contains(&&**name), "{name} of {entry}");
            }
            let text = |name: &str| entry.get(name).and_then(Json::as_str);
            assert!(text("name").is_some() && text("provider").is_some(), "{entry}");
            assert!(
                text("description").is_some_and(|text| text.ends_with('.') && text.len() < 200),
                "{entry}"
            );
            assert!(text("domain").is_none_or(is_domain), "{entry}");
            assert!(
                text("privacyPolicyUrl").is_none_or(|address| address.starts_with("https://")),
                "{entry}"
            );
            for domain in entry.get("domains").map_or(&[][..], Json::items) {
                assert!(domain.as_str().is_some_and(is_domain), "{entry}");
            }
            let types = entry.get("consentModeTypes").map_or(&[][..], Json::items).iter();
            for kind in types {
                assert!(service::CONSENT_MODE_TYPES.contains(&kind.as_str().unwrap()), "{entry}");
            }
        }
    }

    #[test]
    fn a_service_is_found_by_its_name_its_provider_and_its_host() {
        let google = get("google-analytics").unwrap();
        assert!(google.is_meant("ANALYTICS") && google.is_meant("googletagmanager.com"));
        assert!(!google.is_meant("matomo"));
        assert_eq!(google.purpose, Purpose::Analytical);
    }
}
