//! Places: where a visitor is, as far as choosing a variant of a widget needs it, and rules that name places.

/// A country, and perhaps a part of it. It is never stored with a visitor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    country: String,
    part: Option<String>,
}

/// A rule that names places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegionRule {
    /// `US-CA`
    Part(String, String),
    /// `US`
    Country(String),
    /// `EEA`: the European Economic Area.
    Eea,
    /// `ADEQUATE`: the EEA, and countries whose protection of data the European Commission found adequate (GDPR,
    /// article 45).
    Adequate,
}

const EEA: [&str; 30] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT",
    "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];
/// Parts of member states that have a country code of their own.
const EEA_OVERSEAS: [&str; 7] = ["AX", "GF", "GP", "MF", "MQ", "RE", "YT"];
/// As of 2025; Canada and the United States in part.
const ADEQUATE: [&str; 15] =
    ["AD", "AR", "CA", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "JP", "KR", "NZ", "US", "UY"];
/// Besides the EEA: places of which we know that their law asks for a yes first.
const OPT_IN: [&str; 7] = ["BR", "GB", "GG", "IM", "IN", "JE", "TR"];
const OPT_IN_PARTS: [(&str, &str); 1] = [("CA", "QC")];

impl Region {
    /// Reads `US`, `US-CA`, or a country and the code of a part of it. What proxies say of addresses that are nowhere
    /// (`XX`, `T1`) is no region.
    #[must_use]
    pub fn parse(country: &str, part: Option<&str>) -> Option<Region> {
        let upper = country.trim().to_ascii_uppercase();
        let (country, own) =
            upper.split_once('-').map_or((&*upper, None), |(country, part)| (country, Some(part)));
        if !is_country(country) || country == "XX" {
            return None;
        }
        let part = own.map(str::to_owned).or_else(|| part.map(|part| part.trim().to_ascii_uppercase()));
        let part = part.map(|part| part.rsplit('-').next().unwrap_or_default().to_owned());
        Some(Region { country: country.to_owned(), part: part.filter(|part| is_part(part)) })
    }
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_part(text: &str) -> bool {
    (1..=3).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

impl RegionRule {
    /// Reads a rule.
    #[must_use]
    pub fn parse(text: &str) -> Option<RegionRule> {
        match text.trim().to_ascii_uppercase().as_str() {
            "EEA" | "EU" => Some(RegionRule::Eea),
            "ADEQUATE" => Some(RegionRule::Adequate),
            other => {
                let Region { country, part } = Region::parse(other, None)?;
                if part.is_none() && other.contains('-') {
                    return None;
                }
                Some(match part {
                    Some(part) => RegionRule::Part(country, part),
                    None => RegionRule::Country(country),
                })
            }
        }
    }

    /// The rule as it is written.
    #[must_use]
    pub fn spell(&self) -> String {
        match self {
            RegionRule::Part(country, part) => format!("{country}-{part}"),
            RegionRule::Country(country) => country.clone(),
            RegionRule::Eea => "EEA".into(),
            RegionRule::Adequate => "ADEQUATE".into(),
        }
    }

    /// How exactly the rule names the region; `None` if it does not mean it.
    #[must_use]
    pub fn matches(&self, region: &Region) -> Option<u8> {
        let country = region.country.as_str();
        let in_eea = || EEA.contains(&country) || EEA_OVERSEAS.contains(&country);
        match self {
            RegionRule::Part(own, part) => {
                (own == country && region.part.as_deref() == Some(part.as_str())).then_some(3)
            }
            RegionRule::Country(own) => (own == country).then_some(2),
            RegionRule::Eea => in_eea().then_some(1),
            RegionRule::Adequate => (in_eea() || ADEQUATE.contains(&country)).then_some(0),
        }
    }

    /// Whether the rule means a place of which we know that its law asks for a yes first.
    #[must_use]
    pub fn asks_for_a_yes(&self) -> bool {
        let known = |country: &str| {
            EEA.contains(&country) || EEA_OVERSEAS.contains(&country) || OPT_IN.contains(&country)
        };
        match self {
            RegionRule::Part(country, part) => {
                known(country) || OPT_IN_PARTS.contains(&(country.as_str(), part.as_str()))
            }
            // The whole of a country includes its strictest part.
            RegionRule::Country(country) => {
                known(country) || OPT_IN_PARTS.iter().any(|(own, _)| own == country)
            }
            RegionRule::Eea | RegionRule::Adequate => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exactness(rule: &str, region: &str) -> Option<u8> {
        RegionRule::parse(rule).unwrap().matches(&Region::parse(region, None).unwrap())
    }

    #[test]
    fn a_part_is_more_exact_than_a_country_and_a_country_than_a_group() {
        assert_eq!(exactness("US-CA", "US-CA"), Some(3));
        assert_eq!(exactness("us", "US-CA"), Some(2));
        assert_eq!(exactness("US-CA", "US-TX"), None);
        assert_eq!(exactness("US-CA", "US"), None);
        assert_eq!(exactness("EU", "FR"), Some(1));
        assert_eq!(exactness("EEA", "NO"), Some(1));
        assert_eq!(exactness("EEA", "CH"), None);
        assert_eq!(exactness("ADEQUATE", "CH"), Some(0));
        assert_eq!(exactness("EEA", "RE"), Some(1));
    }

    #[test]
    fn what_is_no_place_is_no_region() {
        for wrong in ["", "XX", "T1", "U", "USA", "1-2"] {
            assert_eq!(Region::parse(wrong, None), None, "{wrong}");
        }
        for wrong in ["EU-", "US-CALI", "everywhere"] {
            assert_eq!(RegionRule::parse(wrong), None, "{wrong}");
        }
        let both = Region::parse("ca", Some("CA-QC"));
        assert_eq!(both, Region::parse("CA-QC", None));
    }

    #[test]
    fn places_that_ask_for_a_yes_are_known() {
        for opt_in in ["FR", "EEA", "ADEQUATE", "GB", "BR", "CA-QC", "CA", "FR-IDF", "IN"] {
            assert!(RegionRule::parse(opt_in).unwrap().asks_for_a_yes(), "{opt_in}");
        }
        for opt_out in ["US", "US-CA", "CA-ON", "AU"] {
            assert!(!RegionRule::parse(opt_out).unwrap().asks_for_a_yes(), "{opt_out}");
        }
    }
}
