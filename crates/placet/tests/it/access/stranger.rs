//! Every route, asked by everybody of another workspace for what is ours.

use placet::domain::member::Role;

use super::Need::{Edit, OwnInPerson, Read};
use super::{Asker, HELD, Holdings, SECRET, management, request};
use crate::app::{Site, on_both};
use crate::openapi::described::{Description, Operation};
use crate::person::Person;

/// Paths that do not name something of one workspace: the library and our texts are everyone's, numbers of members are
/// given in each, and subjects that nobody knows can be erased, which does nothing, and have no restraint.
const NAMES_ANYTHING: [&str; 9] = [
    "/api/v1/services/{slug}",
    "/api/v1/texts/{lang}",
    "/members/{id}",
    "/imports/{what}",
    "DELETE /api/v1/subjects/{id}",
    "/erasure",
    "/restraints",
    "/hold",
    "/restriction",
];

fn ask_everything(site: &Site, holdings: &Holdings<'_>, (asker, header, value): (Asker, &str, &str)) {
    let description = Description::read();
    // A notice of the stranger's own may follow an address, under whatever name.
    let follows =
        |operation: &Operation<'_>| operation.method == "put" && operation.path.ends_with("/source");
    for (operation, need) in management(&description).filter(|(operation, _)| !follows(operation)) {
        let name = operation.to_string();
        let answer = request(site, holdings, &operation).header(header, value).send();
        for ours in [SECRET, HELD] {
            assert!(!answer.body.contains(ours), "{asker:?}: {name} told of another workspace: {answer:?}");
        }
        if name.contains("/{") && !NAMES_ANYTHING.iter().any(|path| name.contains(path)) {
            let expected = asker.refusal(need).unwrap_or(404);
            assert_eq!(answer.status, expected, "{asker:?}: {name}: {answer:?}");
        }
    }
}

#[test]
fn nothing_of_a_workspace_is_told_to_another_one_or_changed_by_it_whoever_asks_there() {
    on_both(|site| {
        let holdings = Holdings::of(site, &Person::owner(site));
        let of = |email, role| Person::of(site, &site.stranger, email, role).cookie;
        let owner = of("eve@example.org", Role::Owner);
        let editor = of("mallory@example.org", Role::Editor);
        let auditor = of("trudy@example.org", Role::Auditor);
        let before = holdings.all();
        for caller in [
            (Asker::Nobody, "X-Nobody", ""),
            (Asker::PublicKey, "ApiKey", site.stranger.public.as_str()),
            (Asker::Member(Read), "Cookie", &auditor),
            (Asker::Member(Edit), "Cookie", &editor),
            (Asker::PrivateKey, "ApiKey", site.stranger.private.as_str()),
            (Asker::Member(OwnInPerson), "Cookie", &owner),
        ] {
            ask_everything(site, &holdings, caller);
        }
        assert_eq!(holdings.all(), before);
    });
}
