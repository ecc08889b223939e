//! Asking another server's API for what an operator wants to take over from it. Unlike a page that a notice follows,
//! it is named on the command line, so it may be on a private network. The key goes to the address that was named and
//! nowhere else: redirects are not followed.

use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HOST, RETRY_AFTER, USER_AGENT};
use hyper::{Request, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::task::JoinSet;

use super::{Fetcher, Why, broke_off};
use crate::domain::web_address::WebAddress;

/// The most bytes of an answer: a page of a hundred large consents.
const MAX_ANSWER: usize = 128 * 1024 * 1024;
const NAME: &str = concat!("Placet/", env!("CARGO_PKG_VERSION"), " (import)");

/// What an API answered.
#[derive(Debug)]
pub struct ApiAnswer {
    /// The status.
    pub status: u16,
    /// Seconds after which it may be asked again, if it says so.
    pub retry_after: Option<u64>,
    /// As declared.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Fetcher {
    /// Asks an API.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn ask_api(&self, address: &str, key: &str) -> Result<ApiAnswer, Why> {
        let address = WebAddress::parse(address, self.reach).map_err(|why| format!("the address {why}"))?;
        let answer = tokio::time::timeout(self.timeout, self.answer(&address, key)).await;
        answer.unwrap_or_else(|_| Err(format!("no answer within {} seconds", self.timeout.as_secs())))
    }

    async fn answer(&self, address: &WebAddress, key: &str) -> Result<ApiAnswer, Why> {
        let stream = self.connect(address).await?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|_| broke_off(address))?;
        let mut driver = JoinSet::new();
        driver.spawn(connection);
        let request = Request::get(address.target())
            .header(HOST, address.authority())
            .header(USER_AGENT, NAME)
            .header(ACCEPT, "application/json, */*;q=0.5")
            .header(ACCEPT_ENCODING, "identity")
            .header("ApiKey", key)
            .body(Empty::<bytes::Bytes>::new())
            .map_err(|_| "the address or the key cannot be sent".to_owned())?;
        let response = sender.send_request(request).await.map_err(|_| broke_off(address))?;
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let (status, retry_after) =
            (response.status().as_u16(), text(RETRY_AFTER).and_then(|text| text.parse().ok()));
        let content_type = text(CONTENT_TYPE).unwrap_or_default().to_owned();
        let body = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
        let body = body.map_err(|_| broke_off(address))?.to_bytes().into();
        Ok(ApiAnswer { status, retry_after, content_type, body })
    }
}
