//! Asking a server, patiently: one that has had enough says when it may be asked again, and one that is away comes back.

use std::sync::Arc;
use std::time::Duration;

use crate::app::{ApiAnswer, Fetcher};
use crate::domain::error::{Error, Result};
use crate::domain::json::Json;
use crate::domain::web_address::{Reach, WebAddress};

/// How often a question is asked before the server is given up.
const TRIES: u32 = 8;
const LONGEST_WAIT: u64 = 15 * 60;
/// Seconds that nobody wonders about: a rate limit asks for as many.
const UNNOTICED: u64 = 5;

/// A server and a key of it. Cheap to clone.
#[derive(Clone)]
pub struct Server {
    fetcher: Arc<Fetcher>,
    url: Arc<str>,
    key: Arc<str>,
    waits: Option<fn(&str)>,
}

impl Server {
    /// A server at this address, on whatever network.
    ///
    /// # Errors
    /// An address or a key that cannot be one.
    pub fn new(url: &str, key: &str) -> Result<Server> {
        let reach = Reach { loopback: true, anywhere: true };
        let url = url.trim_end_matches('/');
        WebAddress::parse(url, reach).map_err(|why| Error::invalid("url", why))?;
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::invalid("key", "must be the private key of the server that is imported from"));
        }
        Ok(Server { fetcher: Arc::new(Fetcher::new(reach)), url: url.into(), key: key.into(), waits: None })
    }

    /// The same, telling `waits` why it is asked again, and when; a single short pause is not worth a word.
    #[must_use]
    pub fn telling(self, waits: fn(&str)) -> Server {
        Server { waits: Some(waits), ..self }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The JSON under a path.
    pub(super) async fn get(&self, path: &str) -> Result<Json<'static>> {
        let found = self.find(path).await?;
        found.ok_or_else(|| Error::Conflict(format!("{}{path} does not exist", self.url)))
    }

    /// The same; `None` if the server does not know the path.
    pub(super) async fn find(&self, path: &str) -> Result<Option<Json<'static>>> {
        let answer = self.ask(path).await?;
        if answer.status == 404 {
            return Ok(None);
        }
        let text = String::from_utf8(answer.body).map_err(|_| self.not_json(path))?;
        Ok(Some(Json::parse(&text).map_err(|_| self.not_json(path))?.into_owned()))
    }

    /// The bytes under a path.
    pub(super) async fn bytes(&self, path: &str) -> Result<Vec<u8>> {
        match self.ask(path).await? {
            ApiAnswer { status: 404, .. } => {
                Err(Error::Conflict(format!("{}{path} does not exist", self.url)))
            }
            ApiAnswer { body, .. } => Ok(body),
        }
    }

    fn not_json(&self, path: &str) -> Error {
        Error::Conflict(format!("{}{path} did not answer with JSON", self.url))
    }

    /// An answer with status 200 or 404.
    async fn ask(&self, path: &str) -> Result<ApiAnswer> {
        let address = format!("{}{path}", self.url);
        let mut why = String::new();
        for attempt in 0..TRIES {
            let (reason, wait) = match self.fetcher.ask_api(&address, &self.key).await {
                Ok(answer) if matches!(answer.status, 200 | 404) => return Ok(answer),
                Ok(ApiAnswer { status: 401 | 403, .. }) => {
                    return Err(Error::Forbidden(format!("{} does not accept the key", self.url)));
                }
                Ok(ApiAnswer { status, retry_after, .. }) if status == 429 || status >= 500 => {
                    (format!("answered {status}"), retry_after.unwrap_or(1 << attempt))
                }
                Ok(ApiAnswer { status, .. }) => {
                    return Err(Error::Conflict(format!("{address} answered {status}")));
                }
                Err(reason) => (reason, 1 << attempt),
            };
            why = reason;
            if attempt + 1 < TRIES {
                let seconds = wait.min(LONGEST_WAIT);
                if let Some(waits) = self.waits.filter(|_| attempt > 0 || seconds > UNNOTICED) {
                    waits(&format!("{}: {why}; it is asked again in {seconds} s", self.url));
                }
                tokio::time::sleep(Duration::from_secs(seconds)).await;
            }
        }
        Err(Error::Unavailable { retry_after: 60, cause: format!("{address}: {why}") })
    }
}
