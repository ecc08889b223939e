//! What is built once and handed to every action: store, clock, randomness, and the answers that may be a second old.

mod atlas;
mod clock;
mod fetch;
mod fresh;
mod metrics;
mod random;
mod recent;
mod rendered;
mod seeded;
mod tally;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

pub use atlas::Atlas;
pub use clock::{Clock, Stopwatch};
pub use fetch::{ApiAnswer, Fetcher};
pub use fresh::Fresh;
pub use metrics::{Method, Metrics, Outcome};
pub use random::Random;
pub use recent::{Question, Recent};
pub use rendered::{Rendered, SettingsAnswer};
pub use seeded::Seeded;
pub use tally::{Gathered, Tally};
use uuid::Uuid;

use crate::config::Edge;
use crate::domain::error::{Error, Result};
use crate::domain::id::{Digest, WidgetId, WorkspaceId};
use crate::domain::key::KeyIdentity;
use crate::domain::origin::AllowedOrigin;
use crate::domain::rate_limit::RateLimits;
use crate::domain::time::Timestamp;
use crate::domain::widget::Widget;
use crate::domain::workspace::WorkspaceSettings;
use crate::store::{self, Appended, FormToStore, NewConsent, Store};

/// The newest version of a notice, or a named one: number and digest, if it exists.
pub type KnownNotice = Option<(i64, Digest)>;

/// A key that was found valid.
#[derive(Debug)]
pub struct KnownKey {
    /// Whose it is, and what it may do.
    pub identity: KeyIdentity,
    /// Where browsers may use it; anywhere if there are none.
    pub allowed_origins: Vec<AllowedOrigin>,
    /// Its place among [`App::keys`].
    pub digest: [u8; 32],
}

impl KnownKey {
    /// Refuses a page on which the key may not be used. Browsers tell the origin, programs tell none.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the key is for other origins.
    pub fn check_origin(&self, origin: Option<&str>) -> Result<()> {
        let is_allowed = |origin| {
            self.allowed_origins.is_empty()
                || self.allowed_origins.iter().any(|allowed| allowed.matches(origin))
        };
        if origin.is_none_or(is_allowed) {
            return Ok(());
        }
        Err(Error::Forbidden("This key may not be used on this origin".into()))
    }
}

/// The application.
pub struct App {
    /// The database.
    pub store: Store,
    /// The only clock.
    pub clock: Clock,
    /// The only source of randomness.
    pub random: Random,
    /// What operators watch.
    pub metrics: Metrics,
    /// The only way out.
    pub fetcher: Fetcher,
    /// How the outside reaches us.
    pub edge: Edge,
    /// Keys that were found valid.
    pub keys: Fresh<[u8; 32], Arc<KnownKey>>,
    /// When the use of keys was noted last, by their digests.
    pub key_uses: Mutex<HashMap<[u8; 32], Timestamp>>,
    /// What workspaces decided: see [`App::workspace_settings`].
    pub settings: Fresh<WorkspaceId, WorkspaceSettings>,
    /// Widgets in use.
    pub widgets: Fresh<(WorkspaceId, WidgetId), Option<Arc<Widget>>>,
    /// Settings answers, each written once.
    pub settings_answers: Rendered,
    /// Settings answers that were given within the last second.
    pub recent_settings: Recent,
    /// Numbers that wait to be written.
    pub tally: Tally,
    /// Digests of a widget's versions.
    pub widget_versions: Fresh<(WorkspaceId, WidgetId), Arc<Vec<Digest>>>,
    /// What consents cite.
    pub notices: Fresh<(WorkspaceId, String, Option<i64>), KnownNotice>,
    /// Forms that were shown lately, ready to be stored, by their HTML.
    pub known_forms: Mutex<HashMap<String, FormToStore>>,
    /// Workspaces that know our SDK build.
    pub sdk_known_to: Mutex<HashSet<WorkspaceId>>,
    /// How many requests each caller may still make.
    pub rates: RateLimits,
    /// Ids of named requests that are being carried out.
    pub running: Mutex<HashSet<(WorkspaceId, Uuid)>>,
    /// Codes of combinations of facets that workspaces have.
    pub facets: Mutex<HashMap<WorkspaceId, HashSet<i64>>>,
    /// Failed attempts to sign in.
    pub attempts: crate::domain::attempts::Attempts,
    /// Passwords being hashed: each takes 19 MiB, so few at a time.
    pub hashing: tokio::sync::Semaphore,
    /// Documents being received: each is held in memory, so few at a time.
    pub uploading: tokio::sync::Semaphore,
}

/// How many passwords are hashed at the same time.
const HASHING: usize = 2;
/// How many documents are received at the same time.
const UPLOADING: usize = 8;

impl App {
    /// Puts the application together.
    #[must_use]
    pub fn new(store: Store, clock: Clock, edge: Edge) -> App {
        App {
            store,
            clock,
            random: Random,
            metrics: Metrics::new(),
            fetcher: Fetcher::new(edge.reach),
            rates: RateLimits::new(edge.rate_limit.clone()),
            edge,
            keys: Fresh::new(10_000),
            key_uses: Mutex::default(),
            settings: Fresh::new(10_000),
            widgets: Fresh::new(10_000),
            settings_answers: Rendered::default(),
            recent_settings: Recent::default(),
            tally: Tally::default(),
            widget_versions: Fresh::new(10_000),
            notices: Fresh::new(10_000),
            known_forms: Mutex::default(),
            sdk_known_to: Mutex::default(),
            running: Mutex::default(),
            facets: Mutex::default(),
            attempts: crate::domain::attempts::Attempts::default(),
            hashing: tokio::sync::Semaphore::new(HASHING),
            uploading: tokio::sync::Semaphore::new(UPLOADING),
        }
    }

    /// Stores a consent, see [`Store::append`], and counts it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn append(&self, consent: Box<NewConsent>) -> Result<Appended> {
        let result = self.store.append(consent).await;
        self.metrics.handed_over(match result {
            Ok(Appended::Stored) => Outcome::Stored,
            Ok(Appended::Known | Appended::Erased) => Outcome::Known,
            Err(_) => Outcome::Refused,
        });
        result
    }

    /// What a workspace decided about its own API; a change by another process is seen within a second.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a workspace that does not exist.
    pub async fn workspace_settings(&self, workspace: WorkspaceId) -> Result<WorkspaceSettings> {
        let read = async || {
            let found = self.store.read(move |tx| store::workspace::get(tx, workspace)).await?;
            found.map(|found| found.settings).ok_or(Error::NotFound("Workspace"))
        };
        self.settings.get_or(&workspace, self.clock.now(), read).await
    }
}
