//! Makes the consents of a plan, each from its number alone: so several threads can make them, in any order.

use std::net::IpAddr;
use std::sync::Arc;

use tokio::runtime::Handle;
use uuid::Uuid;

use super::super::consent::Known;
use super::super::receipt::Receipt;
use super::super::{consent, cookie_choice};
use super::calendar::Calendar;
use super::crowd::{Crowd, Turn};
use super::filled_form::{Filled, Occasion, fill};
use super::form::{EDITIONS, Forms};
use super::language::Languages;
use super::notices::Notices;
use super::past::Past;
use super::person::{Person, network_address};
use super::visitor;
use crate::app::{App, Seeded};
use crate::domain::address::KeptAddress;
use crate::domain::consent::{Source, Submission};
use crate::domain::cookie_choice::Collected;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::legal_notice::NoticeReference;
use crate::domain::time::Timestamp;
use crate::domain::widget::Widget;
use crate::store::NewConsent;

/// Of five consents, three come of forms and two are cookie choices.
const FORMS_OF_FIVE: u64 = 3;

/// How many consents of a plan are given in forms.
pub(super) fn in_forms(consents: u64) -> u64 {
    u64::try_from(u128::from(consents) * u128::from(FORMS_OF_FIVE) / 5).unwrap_or(0)
}

/// All that the consents of a plan are made of.
pub(super) struct Plot {
    pub workspace: WorkspaceId,
    /// What the workspace decided.
    pub public_may_update: bool,
    pub widget: Arc<Widget>,
    pub notices: Notices,
    pub languages: Languages,
    pub forms: Forms,
    pub calendar: Calendar,
    pub consents: u64,
    /// Those who fill in forms.
    pub subjects: Crowd,
    /// Those who choose in the banner.
    pub visitors: Crowd,
    /// Seeds of the consents, of the people, and of the visitors.
    pub seeds: [u64; 3],
}

/// One thread's means of making consents.
pub(super) struct Maker {
    plot: Arc<Plot>,
    past: Past,
    /// For the few things that have to be asked of the database.
    runtime: Handle,
}

impl Maker {
    /// Of a thread that is not the runtime's own.
    pub(super) fn new(app: &App, plot: Arc<Plot>, runtime: Handle) -> Maker {
        Maker { plot, past: Past::of(app), runtime }
    }

    /// The consent at a place of the sequence.
    ///
    /// # Errors
    /// None but faults of this program: what is made up has to be accepted.
    pub(super) fn make(&self, place: u64) -> Result<Box<NewConsent>> {
        let Plot { consents, calendar, seeds, .. } = &*self.plot;
        let mut numbers = Seeded::new(seeds[0], place);
        let at = calendar.moment(place, *consents, &mut numbers);
        let forms_before = in_forms(place);
        if in_forms(place + 1) > forms_before {
            self.filled_in_form(forms_before, at, &mut numbers)
        } else {
            self.cookie_choice(place - forms_before, at, &mut numbers)
        }
    }

    fn filled_in_form(&self, place: u64, at: Timestamp, numbers: &mut Seeded) -> Result<Box<NewConsent>> {
        let plot = &*self.plot;
        let Turn { person, is_first } = plot.subjects.turn(place, numbers);
        let person = Person::of(&plot.languages, plot.seeds[1], person);
        let edition = edition(place, plot.subjects.consents);
        let occasion = Occasion { person: &person, is_first, at, edition };
        let newest =
            |identifier: &str| plot.notices.known(identifier, None, at).map_or(1, |(version, _)| version);
        let Filled { kind, body, subject_id } =
            fill((&plot.languages, &plot.forms), &occasion, newest, numbers);
        let source = Source::from(kind.source);
        let mut submission = Submission::parse(&body, source)?;
        let cite = |reference: NoticeReference| {
            let known = plot.notices.known(&reference.identifier, reference.version, at);
            reference.cite(known)
        };
        let notices = std::mem::take(&mut submission.notices).into_iter().map(cite).collect();
        let caller: IpAddr = network_address(numbers);
        let receipt = Receipt::seeded(at, subject_id, numbers);
        let app = &self.past.app;
        submission.ip_address = consent::address(&submission, Some(caller), KeptAddress::Shortened);
        let facets = consent::facets_of(app, plot.workspace, source, &submission);
        let known = Known {
            notices,
            documents: Vec::new(),
            facets: self.runtime.block_on(facets)?,
            public_may_update: plot.public_may_update,
        };
        consent::prepare(app, (plot.workspace, source), submission, known, &receipt)
            .map(|(consent, _)| consent)
    }

    fn cookie_choice(&self, place: u64, at: Timestamp, numbers: &mut Seeded) -> Result<Box<NewConsent>> {
        let Plot { widget, languages, subjects, visitors, seeds, .. } = &*self.plot;
        let turn = visitors.turn(place, numbers);
        let member =
            numbers.happens(120).then(|| Person::of(languages, seeds[1], numbers.below(subjects.people)));
        let choice = visitor::choose(widget, (seeds[2], turn), member.as_ref(), at, numbers);
        let body = choice.body.to_string();
        let collected = Collected::parse(&choice.body, widget)?;
        let consent_id = collected.consent_id.unwrap_or_default();
        let visit =
            cookie_choice::Visit { origin: Some(visitor::ORIGIN), device: choice.device, body: &body };
        let receipt = Receipt::seeded(at, Uuid::nil(), numbers);
        let facets = self.runtime.block_on(cookie_choice::facets_of(&self.past.app, widget, &collected))?;
        let shown = (consent_id, Some(widget.version.guid()), facets);
        cookie_choice::prepare(&self.past.app, widget, collected, shown, &visit, &receipt)
    }
}

/// Which edition of the forms is in use when the consent at `place` of `count` is given.
fn edition(place: u64, count: u64) -> usize {
    let edition = u128::from(place) * EDITIONS as u128 / u128::from(count.max(1));
    usize::try_from(edition).unwrap_or(0).min(EDITIONS - 1)
}
