//! Whether browsers accept a certificate, and for how long they still do.

use std::net::IpAddr;

use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::server::ParsedCertificate;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::time::Time;

use crate::app::Fetcher;
use crate::domain::finding::{Finding, fine, wrong};
use crate::domain::time::Timestamp;
use crate::domain::web_address::{Reach, WebAddress};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// Tools that renew certificates do it earlier than this before their end.
const SOON: i64 = 14;
/// Where an operator's own addresses may be.
const ANYWHERE: Reach = Reach { loopback: true, anywhere: true };

/// A certificate, as findings call it.
pub struct Named<'c> {
    /// Such as "The configured certificate".
    pub name: String,
    /// As it is sent.
    pub bytes: &'c CertificateDer<'c>,
}

/// Looks at a certificate, which browsers that come to this address would be shown.
#[must_use]
pub fn examine(certificate: &Named<'_>, address: Option<&str>, now: Timestamp) -> Vec<Finding> {
    let Named { name, bytes } = certificate;
    let Ok(read) = Certificate::from_der(bytes) else {
        return vec![wrong(format!("{name} cannot be read: have it issued anew"))];
    };
    let host = address.and_then(|address| WebAddress::parse(address, ANYWHERE).ok());
    let naming = host.and_then(|host| naming(certificate, &read, host.host()));
    [time_left(name, &read, now)].into_iter().chain(naming).collect()
}

/// Looks at the certificate that a server shows at an address; nothing if it is not an `https` one.
pub async fn shown(address: &str, now: Timestamp) -> Vec<Finding> {
    match Fetcher::new(ANYWHERE).certificate(address).await {
        Ok(Some(bytes)) => {
            let name = format!("The certificate at {address}");
            examine(&Named { name, bytes: &bytes }, Some(address), now)
        }
        Ok(None) => Vec::new(),
        Err(why) => vec![wrong(format!("The certificate at {address} cannot be seen: {why}"))],
    }
}

fn time_left(name: &str, certificate: &Certificate, now: Timestamp) -> Finding {
    let validity = &certificate.tbs_certificate.validity;
    let (start, end) = (moment(validity.not_before), moment(validity.not_after));
    let days = (end - now.0).div_euclid(DAY);
    let until = validity.not_after;
    if start > now.0 {
        let from = validity.not_before;
        wrong(format!("{name} is good only from {from} on: look at this machine's clock, or wait"))
    } else if end < now.0 {
        wrong(format!("{name} ended at {until}: browsers refuse the connection. Renew it"))
    } else if days < SOON {
        wrong(format!(
            "{name} ends at {until}, in {days} days: renew it, and see why that has not happened by itself"
        ))
    } else {
        fine(format!("{name} is good until {until}, for {days} more days"))
    }
}

fn moment(time: Time) -> i64 {
    i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX)
}

/// Nothing for a host that cannot be in a certificate.
fn naming(certificate: &Named<'_>, read: &Certificate, host: &str) -> Option<Finding> {
    let Named { name, bytes } = certificate;
    let wanted = ServerName::try_from(host).ok()?;
    let parsed = ParsedCertificate::try_from(*bytes).ok()?;
    Some(match verify_server_name(&parsed, &wanted) {
        Ok(()) => fine(format!("{name} is for {host}")),
        Err(_) => wrong(format!(
            "{name} is not for {host} but for {}: browsers refuse the connection. Have one issued for that name",
            names(read)
        )),
    })
}

fn names(certificate: &Certificate) -> String {
    let found = certificate.tbs_certificate.get::<SubjectAltName>().ok().flatten();
    let names = found.map(|(_, SubjectAltName(names))| names).unwrap_or_default();
    let names: Vec<String> = names.iter().filter_map(spelled).collect();
    if names.is_empty() { "no host at all".to_owned() } else { names.join(", ") }
}

fn spelled(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) => Some(name.as_str().to_owned()),
        GeneralName::IpAddress(bytes) => {
            let bytes = bytes.as_bytes();
            let short = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
            let address = short.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from));
            address.ok().map(|address| address.to_string())
        }
        _ => None,
    }
}
