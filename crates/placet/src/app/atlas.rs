//! Where an address is: a local file in the MaxMind DB format, read once when the server starts. Nobody else is asked.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use maxminddb::{Reader, geoip2};

use crate::domain::error::{Error, Result};
use crate::domain::region::Region;

/// The file, if there is one.
#[derive(Clone, Default)]
pub struct Atlas(Option<Arc<Reader<Vec<u8>>>>);

impl std::fmt::Debug for Atlas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Atlas({})", if self.0.is_some() { "open" } else { "none" })
    }
}

impl Atlas {
    /// Reads the file.
    ///
    /// # Errors
    /// A file that cannot be read, or is none of places.
    pub fn open(file: &Path) -> Result<Atlas> {
        let reader = Reader::open_readfile(file)
            .map_err(|why| Error::invalid("geo-database", format!("{}: {why}", file.display())))?;
        Ok(Atlas(Some(Arc::new(reader))))
    }

    /// Where an address is; `None` without a file, and for an address that is not in it.
    #[must_use]
    pub fn region(&self, address: IpAddr) -> Option<Region> {
        let found = self.0.as_ref()?.lookup(address).ok()?;
        let city: geoip2::City<'_> = found.decode().ok()??;
        let part = city.subdivisions.first().and_then(|part| part.iso_code);
        Region::parse(city.country.iso_code?, part)
    }
}
