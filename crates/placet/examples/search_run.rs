//! Measured run; not part of the project.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout
)]
use placet::actions;
use placet::app::{App, Clock, Random};
use placet::config::Edge;
use placet::domain::consent::Submission;
use placet::domain::id::WorkspaceId;
use placet::domain::json::Json;
use placet::domain::key::{KeyIdentity, KeyKind};
use placet::domain::substring::AnyOf;
use placet::domain::time::{Spelling, Timestamp};
use placet::store::{
    self, Address,
    search::{List, Matches, Place},
};
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;

const FIRST: &[&str] = &[
    "Anna", "Marco", "Giulia", "Luca", "Sofia", "Matteo", "Emma", "Léa", "Hans", "Jürgen", "María", "José",
    "Chloé", "Peter", "Zoë", "Ivan", "Olga", "Yuki", "Ada", "Grace", "Alan", "Edsger", "Barbara", "Ken",
    "Dennis", "Linus", "Margaret", "Donald", "Tim", "Radia",
];
const LAST: &[&str] = &[
    "Rossi",
    "Russo",
    "Ferrari",
    "Bianchi",
    "Müller",
    "Schmidt",
    "Schneider",
    "García",
    "Martínez",
    "López",
    "Martin",
    "Bernard",
    "Dubois",
    "Smith",
    "Jones",
    "Taylor",
    "Brown",
    "Novak",
    "Horvat",
    "Kowalski",
    "Nielsen",
    "Jensen",
    "Andersson",
    "Virtanen",
    "Papadopoulos",
    "Popescu",
    "Silva",
    "Santos",
    "Lovelace",
    "Hopper",
    "Turing",
    "Dijkstra",
    "Liskov",
    "Thompson",
    "Ritchie",
    "Torvalds",
    "Hamilton",
    "Knuth",
];
const DOMAINS: &[&str] = &[
    "gmail.com",
    "gmail.com",
    "gmail.com",
    "gmail.com",
    "hotmail.com",
    "hotmail.com",
    "yahoo.com",
    "outlook.com",
    "icloud.com",
    "libero.it",
    "web.de",
    "gmx.de",
    "orange.fr",
    "free.fr",
    "acme.org",
    "example.net",
    "proton.me",
    "posteo.de",
];

fn rnd(x: &mut u64) -> usize {
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    (*x >> 11) as usize
}
fn zipf(x: &mut u64, n: usize) -> usize {
    let u = (rnd(x) % 1_000_000) as f64 / 1e6;
    ((n as f64 + 1.0).powf(u) - 1.0) as usize % n
}

fn body(i: usize, start: i64) -> String {
    let mut x = (i as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for _ in 0..3 {
        rnd(&mut x);
    }
    let person = rnd(&mut x) % 700_000; // people return
    let mut p = (person as u64 + 7).wrapping_mul(0xD1B5_4A32_D192_ED03);
    for _ in 0..3 {
        rnd(&mut p);
    }
    let (f, l) = (FIRST[zipf(&mut p, FIRST.len())], LAST[zipf(&mut p, LAST.len())]);
    let tail: String = (0..(rnd(&mut p) % 4)).map(|_| (b'a' + (rnd(&mut p) % 26) as u8) as char).collect();
    let email = format!(
        "{}.{}{}{}@{}",
        f.to_lowercase(),
        l.to_lowercase(),
        tail,
        rnd(&mut p) % 1000,
        DOMAINS[rnd(&mut p) % DOMAINS.len()]
    );
    let mut subject = json!({"email": email, "first_name": f, "last_name": l});
    match rnd(&mut p) % 3 {
        0 => {
            subject["id"] = json!(format!("customer-{person}"));
            subject["full_name"] = json!(format!("{f} {l}"));
        }
        1 => {
            let a = ((rnd(&mut p) as u128) << 64) | ((rnd(&mut p) as u128) << 17);
            subject["id"] = json!(uuid::Uuid::from_u128(a).to_string());
        }
        _ => {
            subject["id"] = json!(email);
            subject["full_name"] = json!(format!("{f} {l}"));
        }
    }
    if i % 300_007 == 5 {
        subject["full_name"] = json!("Xyzzy Plugh");
    }
    if i % 10_007 == 5 {
        subject["full_name"] = json!("Wendeltreppe Kowalczyk");
    }
    let mut at = start + (i as i64) * 3_000;
    if i % 50 == 0 {
        at -= 86_400_000 * ((i as i64 / 50) % 30);
    }
    json!({"timestamp": Timestamp(at).spell(Spelling::Millis), "subject": subject, "preferences": {"newsletter": true, "profiling": i % 2 == 0},
      "legal_notices": [{"identifier": "privacy_policy"}], "proofs": [{"content": format!("{{\"email\":\"{email}\"}}"), "form": "<form><input name=email></form>"}]}).to_string()
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (target, n) = (args[1].clone(), args[2].parse::<usize>().unwrap());
    let address = if target.starts_with("postgres") {
        Address::Url(target.clone())
    } else {
        Address::Folder(target.clone().into())
    };
    let rt = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (store, threads) = store::open(&address, Random.bytes()).unwrap();
    let app = Arc::new(App::new(store, Clock::System, Edge::default()));
    let ws = match rt.block_on(app.store.read(store::workspace::ids)).unwrap().first() {
        Some(w) => *w,
        None => rt.block_on(actions::workspace::create(&app, "Own")).unwrap(),
    };
    let key = KeyIdentity { workspace: ws, id: "key".into(), kind: KeyKind::Private };
    let now = app.clock.now().0;
    let start = now - (n as i64) * 3_000;
    if n > 0 {
        let begun = Instant::now();
        let next = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let is_indexing = args.get(3).map(String::as_str) != Some("noindex");
        rt.block_on(async {
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..256 {
                let (app, key, next) = (app.clone(), key.clone(), next.clone());
                tasks.spawn(async move {
                    loop {
                        let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        if i >= n {
                            break;
                        }
                        let text = body(i, start);
                        let submission =
                            Submission::parse(&Json::parse(&text).unwrap(), KeyKind::Private).unwrap();
                        actions::consent::record(&app, &key, submission, None, None).await.unwrap();
                    }
                });
            }
            let indexing = {
                let app = app.clone();
                tokio::spawn(async move {
                    let mut busy = std::time::Duration::ZERO;
                    loop {
                        if is_indexing {
                            let b = Instant::now();
                            actions::search::index(&app, 1024).await.unwrap();
                            busy += b.elapsed();
                            println!("  index run {:?}, total {:?}", b.elapsed(), busy);
                        }
                        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
                    }
                })
            };
            while tasks.join_next().await.is_some() {}
            let t = begun.elapsed();
            println!("recorded {n} in {t:?}: {:.0}/s", n as f64 / t.as_secs_f64());
            indexing.abort();
            let _ = indexing.await;
            let b = Instant::now();
            if is_indexing {
                actions::search::index(&app, 1024).await.unwrap();
            }
            println!("last index run {:?}", b.elapsed());
        });
    }
    measure(&rt, &app, ws);
    drop(app);
    drop(rt);
    drop(threads);
    if let Address::Folder(folder) = &address {
        let c = rusqlite::Connection::open(folder.join("placet.db")).unwrap();
        let mut s = c
            .prepare("SELECT name, SUM(pgsize), SUM(unused) FROM dbstat GROUP BY name ORDER BY 2 DESC")
            .unwrap();
        let rows: Vec<(String, i64, i64)> =
            s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).unwrap().map(Result::unwrap).collect();
        let count: i64 = c.query_row("SELECT COUNT(*) FROM consents", [], |r| r.get(0)).unwrap();
        for (name, size, unused) in &rows {
            println!(
                "{name:40} {size:12} {:8.1}/consent  unused {:.1}",
                *size as f64 / count as f64,
                *unused as f64 / count as f64
            );
        }
        println!(
            "total {:.1}/consent of {count}",
            rows.iter().map(|r| r.1).sum::<i64>() as f64 / count as f64
        );
        let mut s = c.prepare("SELECT 0, COUNT(*), SUM(items) FROM search_segments WHERE state = 1").unwrap();
        for r in
            s.query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?, r.get::<_, i64>(2)?))).unwrap()
        {
            println!("list, segments, items {:?}", r.unwrap());
        }
        let r: (i64, i64, i64) = c.query_row("SELECT SUM(LENGTH(content)), COUNT(*), MAX(LENGTH(content)) FROM search_pages WHERE page & 65535 < 16384", [], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).unwrap();
        println!("gram pages bytes, count, max {r:?}");
        let r: (i64, i64) = c
            .query_row(
                "SELECT SUM(LENGTH(content)), COUNT(*) FROM search_pages WHERE page & 65535 >= 16384",
                [],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
            .unwrap();
        println!("place pages bytes, count {r:?}");
    }
}

fn page(
    rt: &tokio::runtime::Runtime,
    app: &Arc<App>,
    ws: WorkspaceId,
    list: List,
    wanted: &AnyOf,
    after: Place,
    limit: usize,
) -> (usize, usize, Option<Place>) {
    let (key, wanted) = (*app.store.index_key(), wanted.clone());
    rt.block_on(app.store.read(move |tx| {
        let mut m = Matches::begin(tx, &key, (ws, list), &wanted, &after)?.unwrap();
        let (mut place, mut found, mut candidates) = (after.clone(), 0, 0);
        while let Some(next) = m.next(tx, &place)? {
            candidates += 1;
            let is = match list {
                List::Consents => {
                    let c = store::consent::get(tx, ws, next.of_consent()?.id)?.unwrap();
                    ["id", "email", "first_name", "last_name", "full_name"]
                        .iter()
                        .any(|f| c.subject(f).and_then(Json::as_str).is_some_and(|t| wanted.is_in(t)))
                }
                List::Subjects => {
                    let s = store::subject::get(tx, ws, next.subject_id()?)?.unwrap();
                    let f = s.fields;
                    [Some(s.id), f.email, f.first_name, f.last_name, f.full_name]
                        .iter()
                        .flatten()
                        .any(|t| wanted.is_in(t))
                }
            };
            place = next;
            if is {
                found += 1;
                if found == limit {
                    break;
                }
            }
        }
        Ok((found, candidates, (found == limit).then_some(place)))
    }))
    .unwrap()
}

fn measure(rt: &tokio::runtime::Runtime, app: &Arc<App>, ws: WorkspaceId) {
    let words = [
        "gmail",
        "com",
        "rossi",
        "hopper",
        "anna",
        "customer-1",
        "customer-123456",
        "@acme",
        "xyzzy",
        "plugh",
        "wendeltreppe",
        "kowalczyk",
        "qqqqq",
        "@posteo.de",
        "ada.lovelace",
        "dijkstra",
        "turing7",
        "moc.liamg",
        "sivonrtahsr",
        "bianchimarco",
        "ürgen mü",
    ];
    for list in [List::Consents, List::Subjects] {
        let mut all = Vec::new();
        for word in words {
            for limit in [10, 100] {
                let wanted = AnyOf::whole(word).unwrap();
                let start = Place { at: Timestamp(i64::MAX), id: vec![255; 40] };
                let mut times = Vec::new();
                let mut r = (0, 0, None);
                for _ in 0..11 {
                    let b = Instant::now();
                    r = page(rt, app, ws, list, &wanted, start.clone(), limit);
                    times.push(b.elapsed());
                }
                times.sort();
                let middle = Place { at: Timestamp(app.clock.now().0 - 3_000 * 500_000), id: vec![0] };
                let mut deep = Vec::new();
                let mut d = (0, 0, None);
                for _ in 0..11 {
                    let b = Instant::now();
                    d = page(rt, app, ws, list, &wanted, middle.clone(), limit);
                    deep.push(b.elapsed());
                }
                deep.sort();
                println!(
                    "{list:?} {word:18} limit {limit:3}: found {:4} of {:5} p50 {:>10.3?} max {:>10.3?} | middle: found {:4} of {:5} p50 {:>10.3?} max {:>10.3?}",
                    r.0, r.1, times[5], times[10], d.0, d.1, deep[5], deep[10]
                );
                all.extend(times);
                all.extend(deep);
            }
        }
        all.sort();
        println!(
            "{list:?}: p50 {:?} p95 {:?} max {:?}",
            all[all.len() / 2],
            all[all.len() * 95 / 100],
            all.last().unwrap()
        );
    }
}
