//! Widgets: one cookie banner configuration each, in immutable, content-addressed versions.

mod address;
mod ask;
mod change;
mod check;
mod cookie;
mod delivery;
mod draft;
mod file;
pub mod library;
mod purpose;
mod reading;
mod service;
mod settings;
mod texts;
mod variant;

pub use ask::{Ask, Rounds, news, rounds, spell};
pub use change::{Change, changes};
pub use delivery::{Delivery, choose_language};
pub use draft::{Draft, Publication, spell_changes, spell_problems};
pub use file::{Read, WidgetFile};
pub use purpose::Purpose;
pub use reading::Provenance;
pub use service::slug_of;
pub use texts::{defaults, languages};
pub use variant::{Variant, choose};

use uuid::Uuid;

use super::id::{Digest, WidgetId, WorkspaceId, guid_of};
use super::json::Json;
use super::origin::AllowedOrigin;
use super::region::Region;
use super::time::Timestamp;

/// A published version: settings and texts in all languages, without what the installation gives
/// (widget id, dates, `versionKey`, allowed origins).
#[derive(Clone, Debug)]
pub struct WidgetVersion {
    /// The exact bytes that the digest is of.
    pub text: String,
    /// The same, parsed.
    pub settings: Json<'static>,
    /// Digest of `text`.
    pub digest: Digest,
}

impl WidgetVersion {
    /// Fixes the bytes of a version.
    #[must_use]
    pub fn new(settings: Json<'static>) -> WidgetVersion {
        let text = settings.to_string();
        WidgetVersion { digest: Digest::of(text.as_bytes()), text, settings }
    }

    /// The texts in a language: the exact one, else the primary one, else the first.
    #[must_use]
    pub fn texts(&self, lang: &str) -> &Json<'static> {
        let translations = delivery::translations(&self.settings);
        translations.get(delivery::choose(translations, [lang])).unwrap_or(&Json::Null)
    }

    /// Its services.
    #[must_use]
    pub fn services(&self) -> &[Json<'static>] {
        self.settings.get("services").map_or(&[], Json::items)
    }

    /// The version's GUID.
    #[must_use]
    pub fn guid(&self) -> Uuid {
        guid_of(&self.digest)
    }
}

/// A widget with its current version.
#[derive(Clone, Debug)]
pub struct Widget {
    /// Unique in the installation.
    pub id: WidgetId,
    /// Whose widget it is.
    pub workspace: WorkspaceId,
    /// The current version.
    pub version: WidgetVersion,
    /// What is shown in certain places instead.
    pub variants: Vec<Variant>,
    /// Set when everyone was asked again.
    pub version_key: Option<Uuid>,
    /// Who is asked about which service again.
    pub rounds: Rounds,
    /// Where it may be used.
    pub allowed_origins: Vec<AllowedOrigin>,
    /// When the widget was made.
    pub created_at: Timestamp,
    /// When the current version was published.
    pub updated_at: Timestamp,
}

impl Widget {
    /// A setting that is on or off.
    #[must_use]
    pub fn is_on(&self, setting: &str) -> bool {
        self.version.settings.get(setting).and_then(Json::as_bool).unwrap_or(false)
    }

    /// The services of the current version.
    #[must_use]
    pub fn services(&self) -> &[Json<'static>] {
        self.version.services()
    }

    /// What is shown in a region; without one, what is shown wherever no variant holds.
    #[must_use]
    pub fn version_in(&self, region: Option<&Region>) -> &WidgetVersion {
        let variant = region.and_then(|region| choose(&self.variants, region));
        variant.and_then(|index| self.variants.get(index)).map_or(&self.version, |variant| &variant.version)
    }

    /// Whether a page of this origin may use the widget.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        self.allowed_origins.iter().any(|allowed| allowed.matches(origin))
    }
}
