//! Every route of the management API, asked by everybody. The routes are read from the description, which is made from the
//! route table: a new one fails here until it is said who may use it.

mod stranger;

use std::collections::BTreeMap;

use placet::domain::member::Role;
use serde_json::{Value, json};

use crate::app::{MINUTE, PASSWORD, Site, on_both};
use crate::client::Request;
use crate::document::form;
use crate::openapi::described::{Description, Operation};
use crate::person::Person;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    Nothing,
    Read,
    Edit,
    Own,
    /// The same, but an owner has to have given the password lately.
    OwnRecently,
    /// An owner who gave the password lately; no key.
    OwnInPerson,
    /// Any member, for what concerns only that member.
    SignedIn,
}
use Need::{Edit, Nothing, Own, OwnInPerson, OwnRecently, Read, SignedIn};

const NEEDS: [(&str, &str, Need); 86] = [
    ("get", "/api/openapi.json", Nothing),
    ("get", "/api/v1/session", SignedIn),
    ("post", "/api/v1/session/confirm", SignedIn),
    ("put", "/api/v1/session/password", SignedIn),
    ("put", "/api/v1/session/workspace", SignedIn),
    ("get", "/api/v1/workspaces", SignedIn),
    ("get", "/api/v1/workspace", Read),
    ("patch", "/api/v1/workspace", Own),
    ("get", "/api/v1/members", Read),
    ("post", "/api/v1/members", OwnInPerson),
    ("get", "/api/v1/members/{id}", Read),
    ("patch", "/api/v1/members/{id}", OwnInPerson),
    ("delete", "/api/v1/members/{id}", OwnInPerson),
    ("get", "/api/v1/keys", Read),
    ("post", "/api/v1/keys", OwnInPerson),
    ("get", "/api/v1/keys/{id}", Read),
    ("patch", "/api/v1/keys/{id}", OwnInPerson),
    ("delete", "/api/v1/keys/{id}", OwnInPerson),
    ("post", "/api/v1/keys/{id}/rotate", OwnInPerson),
    ("get", "/api/v1/audit", Read),
    ("get", "/api/v1/consents", Read),
    ("post", "/api/v1/consents", Edit),
    ("get", "/api/v1/consents/{id}", Read),
    ("get", "/api/v1/subjects", Read),
    ("get", "/api/v1/subjects/{id}", Read),
    ("get", "/api/v1/subjects/{id}/preferences", Read),
    ("get", "/api/v1/subjects/{id}/file", Read),
    ("delete", "/api/v1/subjects/{id}", OwnRecently),
    ("get", "/api/v1/subjects/{id}/erasure", Own),
    ("get", "/api/v1/subjects/{id}/restraints", Read),
    ("put", "/api/v1/subjects/{id}/hold", Own),
    ("delete", "/api/v1/subjects/{id}/hold", Own),
    ("put", "/api/v1/subjects/{id}/restriction", Own),
    ("delete", "/api/v1/subjects/{id}/restriction", Own),
    ("get", "/api/v1/holds", Read),
    ("get", "/api/v1/restrictions", Own),
    ("get", "/api/v1/retention", Read),
    ("get", "/api/v1/exports/consents", Read),
    ("get", "/api/v1/exports/subjects", Read),
    ("get", "/api/v1/exports/legal_notices", Read),
    ("get", "/api/v1/exports/documents", Read),
    ("get", "/api/v1/exports/members", Read),
    ("get", "/api/v1/exports/keys", Read),
    ("get", "/api/v1/exports/audit", Read),
    ("post", "/api/v1/imports/{what}", Own),
    ("get", "/api/v1/widgets", Read),
    ("post", "/api/v1/widgets", Edit),
    ("post", "/api/v1/widgets/import", Edit),
    ("get", "/api/v1/widgets/{id}", Read),
    ("get", "/api/v1/widgets/{id}/draft", Read),
    ("put", "/api/v1/widgets/{id}/draft", Edit),
    ("patch", "/api/v1/widgets/{id}/draft", Edit),
    ("get", "/api/v1/widgets/{id}/check", Read),
    ("get", "/api/v1/widgets/{id}/preview", Read),
    ("get", "/api/v1/widgets/{id}/export", Read),
    ("post", "/api/v1/widgets/{id}/publish", Edit),
    ("get", "/api/v1/widgets/{id}/versions", Read),
    ("get", "/api/v1/widgets/{id}/versions/{number}", Read),
    ("get", "/api/v1/widgets/{id}/versions/{number}/diff", Read),
    ("post", "/api/v1/widgets/{id}/versions/{number}/restore", Edit),
    ("post", "/api/v1/widgets/{id}/services", Edit),
    ("patch", "/api/v1/widgets/{id}/services/{slug}", Edit),
    ("delete", "/api/v1/widgets/{id}/services/{slug}", Edit),
    ("put", "/api/v1/widgets/{id}/texts/{lang}", Edit),
    ("delete", "/api/v1/widgets/{id}/texts/{lang}", Edit),
    ("post", "/api/v1/widgets/{id}/allowed_origins", Edit),
    ("delete", "/api/v1/widgets/{id}/allowed_origins", Edit),
    ("get", "/api/v1/widgets/{id}/refused_origins", Read),
    ("delete", "/api/v1/widgets/{id}/refused_origins", Edit),
    ("get", "/api/v1/widgets/{id}/statistics", Read),
    ("get", "/api/v1/services", Read),
    ("get", "/api/v1/services/{slug}", Read),
    ("get", "/api/v1/texts", Read),
    ("get", "/api/v1/texts/{lang}", Read),
    ("get", "/api/v1/documents", Read),
    ("post", "/api/v1/documents", Edit),
    ("get", "/api/v1/documents/{id}", Read),
    ("get", "/api/v1/documents/{id}/content", Read),
    ("get", "/api/v1/documents/{id}/references", Read),
    ("get", "/api/v1/legal_notices", Read),
    ("post", "/api/v1/legal_notices", Edit),
    ("get", "/api/v1/legal_notices/{identifier}", Read),
    ("get", "/api/v1/legal_notices/{identifier}/{version}", Read),
    ("get", "/api/v1/legal_notices/{identifier}/source", Read),
    ("put", "/api/v1/legal_notices/{identifier}/source", Edit),
    ("delete", "/api/v1/legal_notices/{identifier}/source", Edit),
];

/// Something that only the own workspace knows, in every text that can hold it.
const SECRET: &str = "only-we-know";
const GRACE: &str = "grace-only-we-know@example.org";
/// A reason must not hold the id of the subject.
const HELD: &str = "held for reasons of ours";

/// A workspace that has one of everything, and the ids by which paths name it.
struct Holdings<'s> {
    site: &'s Site,
    ids: BTreeMap<&'static str, String>,
}

impl<'s> Holdings<'s> {
    fn of(site: &'s Site, owner: &Person<'_>) -> Holdings<'s> {
        let id = |value: &Value| value["id"].as_str().map_or_else(|| value["id"].to_string(), str::to_owned);
        let member = owner.send(
            "POST",
            "/api/v1/members",
            json!({ "email": GRACE, "role": "editor", "password": SECRET }),
        );
        let key = owner.send("POST", "/api/v1/keys", json!({ "kind": "public", "name": SECRET }));
        let part = format!("name=\"file\"; filename=\"{SECRET}.txt\"");
        let document = form(owner.request("POST", "/api/v1/documents"), &[(&part, SECRET.as_bytes())]).send();
        let notice = json!({ "identifier": SECRET, "content": SECRET });
        owner.send("POST", "/api/v1/legal_notices", notice).ok();
        let source = json!({ "url": format!("https://example.org/{SECRET}") });
        owner.send("PUT", &format!("/api/v1/legal_notices/{SECRET}/source"), source).ok();
        let body = json!({ "subject": { "id": SECRET }, "preferences": { SECRET: true }, "proof_document_ids": [id(&document.ok())] });
        let consent = owner.send("POST", "/api/v1/consents", body);
        owner.send("PUT", &format!("/api/v1/subjects/{SECRET}/hold"), json!({ "reason": HELD })).ok();
        let widget = json!({ "label": SECRET, "allowedOrigins": ["https://shop.example"], "translations": [{ "lang": "en" }],
            "services": [{ "name": "Matomo", "slug": "matomo", "purpose": 2 }] });
        let widget = id(&owner.send("POST", "/api/v1/widgets", widget).json());
        owner.send("POST", &format!("/api/v1/widgets/{widget}/publish"), json!({ "ask": "new" })).ok();
        let ids = BTreeMap::from([
            ("/api/v1/widgets/{id}", widget),
            ("/api/v1/members/{id}", id(&member.ok())),
            ("/api/v1/keys/{id}", id(&key.ok())),
            ("/api/v1/documents/{id}", id(&document.ok())),
            ("/api/v1/consents/{id}", id(&consent.ok())),
            ("/api/v1/subjects/{id}", SECRET.to_owned()),
            ("/api/v1/legal_notices/{identifier}", SECRET.to_owned()),
        ]);
        Holdings { site, ids }
    }

    /// The path with what exists in place of its parts.
    fn target(&self, path: &str) -> String {
        let known = self.ids.iter().find(|(template, _)| path.starts_with(**template));
        let mut target = path.to_owned();
        if let Some((template, id)) = known {
            let filled = template.split('{').next().unwrap_or_default().to_owned() + id;
            target = path.replace(template, &filled);
        }
        for (part, value) in
            [("version", "1"), ("number", "1"), ("slug", "matomo"), ("lang", "de"), ("what", "consents")]
        {
            target = target.replace(&format!("{{{part}}}"), value);
        }
        if path.ends_with("_origins") { target + "?origin=https://www.shop.example" } else { target }
    }

    /// All that the workspace holds, as its own key reads it. When a key was used is no change.
    fn all(&self) -> Vec<Value> {
        let lists = [
            "workspace",
            "members",
            "keys?search=public",
            "audit?limit=500",
            "consents",
            "subjects",
            "documents",
            "legal_notices",
            "widgets",
            "holds",
        ];
        lists.map(|list| self.site.get(&format!("/api/v1/{list}")).ok()).into()
    }
}

/// A request as the description shows it, to what exists, by nobody so far.
fn request(site: &Site, holdings: &Holdings<'_>, operation: &Operation<'_>) -> Request {
    let request = site.request(&operation.method.to_uppercase(), &holdings.target(operation.path));
    let bodies = &operation.value["requestBody"]["content"];
    if bodies.get("multipart/form-data").is_some() {
        return form(request, &[("name=\"file\"; filename=\"form.pdf\"", b"a scan")]);
    }
    bodies.get("application/json").map_or(request.clone(), |content| request.json(&content["example"]))
}

fn management(description: &Description) -> impl Iterator<Item = (Operation<'_>, Need)> {
    let of_management = description.operations().filter(|operation| operation.tag() == "Management API");
    of_management.map(|operation| {
        let need =
            NEEDS.iter().find(|(method, path, _)| (*method, *path) == (operation.method, operation.path));
        let (.., need) = need.unwrap_or_else(|| panic!("nobody has said who may use {operation}"));
        (operation, *need)
    })
}

/// First what makes things, then what reads them, then what ends them.
fn in_order(description: &Description) -> impl Iterator<Item = (Operation<'_>, Need)> {
    let mut operations: Vec<_> = management(description).collect();
    operations.sort_by_key(|(operation, _)| match operation.method {
        "get" => 1,
        "delete" => 2,
        _ => 0,
    });
    operations.into_iter()
}

#[test]
fn it_is_said_of_every_route_who_may_use_it_and_of_no_other() {
    let description = Description::read();
    assert_eq!(management(&description).count(), NEEDS.len());
    for operation in description.operations() {
        let is_management = operation.tag() == "Management API";
        assert_eq!(
            is_management,
            operation.path.starts_with("/api/"),
            "{operation} would be asked by nobody here"
        );
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    Nobody,
    PublicKey,
    /// A member whose role, and whose password long ago, allow this much.
    Member(Need),
    PrivateKey,
}

impl Asker {
    /// The status with which this caller is refused what needs that, if at all.
    fn refusal(self, need: Need) -> Option<u16> {
        let is_allowed = match self {
            Asker::Nobody | Asker::PublicKey => need == Nothing,
            Asker::Member(most) => need <= most || need == SignedIn,
            Asker::PrivateKey => need <= OwnRecently,
        };
        let is_unknown = self == Asker::Nobody || (need == SignedIn && !matches!(self, Asker::Member(_)));
        (!is_allowed).then_some(if is_unknown { 401 } else { 403 })
    }
}

/// Asks everything, and compares who is refused what.
fn ask_everything(site: &Site, holdings: &Holdings<'_>, (asker, header, value): (Asker, &str, &str)) {
    let description = Description::read();
    let confirms = |operation: &Operation<'_>| operation.path == "/api/v1/session/confirm";
    for (operation, need) in in_order(&description).filter(|(operation, _)| !confirms(operation)) {
        let answer = request(site, holdings, &operation).header(header, value).send();
        let refused = matches!(answer.status, 401 | 403).then_some(answer.status);
        assert_eq!(refused, asker.refusal(need), "{asker:?}: {operation}: {answer:?}");
        if refused.is_some() {
            description.check_answer(&operation, &answer);
        }
        if asker == Asker::Member(Own) && matches!(need, OwnRecently | OwnInPerson) {
            assert_eq!(answer.json()["type"], "/api#password-again", "{operation}");
        }
    }
}

#[test]
fn everybody_may_do_what_the_role_says_and_nothing_else() {
    on_both(|site| {
        let owner = Person::owner(site);
        let holdings = Holdings::of(site, &owner);
        let session = |email, role| Person::of(site, &site.own, email, role).cookie;
        let stale = session("old@example.org", Role::Owner);
        let editor = session("ed@example.org", Role::Editor);
        let auditor = session("au@example.org", Role::Auditor);
        site.move_clock(11 * MINUTE);
        // Those who may change least come first, so that what they are refused is still there.
        for caller in [
            (Asker::Nobody, "X-Nobody", ""),
            (Asker::PublicKey, "ApiKey", site.own.public.as_str()),
            (Asker::Member(Read), "Cookie", &auditor),
            (Asker::Member(Edit), "Cookie", &editor),
            (Asker::Member(Own), "Cookie", &stale),
            (Asker::PrivateKey, "ApiKey", site.own.private.as_str()),
        ] {
            ask_everything(site, &holdings, caller);
        }
        assert_eq!(
            owner.send("POST", "/api/v1/session/confirm", json!({ "password": PASSWORD })).status,
            200
        );
        let description = Description::read();
        // No origin was refused and no text is the operator's own, so that none can be taken away.
        let forgets = |operation: &Operation<'_>| {
            operation.method == "delete"
                && ["/refused_origins", "/texts/{lang}"].iter().any(|end| operation.path.ends_with(end))
        };
        for (operation, _) in in_order(&description).filter(|(operation, _)| !forgets(operation)) {
            let answer = request(site, &holdings, &operation).header("Cookie", &owner.cookie).send();
            assert!(
                !matches!(answer.status, 401 | 403 | 404 | 405 | 500),
                "an owner: {operation}: {answer:?}"
            );
        }
    });
}

#[test]
fn an_auditor_changes_nothing() {
    on_both(|site| {
        let description = Description::read();
        let holdings = Holdings::of(site, &Person::owner(site));
        let auditor = Person::of(site, &site.own, "au@example.org", Role::Auditor);
        let before = holdings.all();
        for (operation, need) in management(&description).filter(|(operation, _)| operation.method != "get") {
            let answer = request(site, &holdings, &operation).header("Cookie", &auditor.cookie).send();
            assert_eq!(answer.status == 403, need != SignedIn, "{operation}: {answer:?}");
        }
        let after = holdings.all();
        let without_password = |holdings: &[Value]| {
            let mut holdings = holdings.to_vec();
            let is_own = |change: &Value| {
                change["action"] == "member.set_password" && change["author"] == change["target"]
            };
            holdings[3].as_array_mut().unwrap().retain(|change| !is_own(change));
            holdings
        };
        assert_eq!(
            without_password(&after),
            without_password(&before),
            "the own password is the only exception"
        );
    });
}
