//! The application under test: the real router behind a real port, with a clock that stands until it is moved.

use std::io::{Write as _, stderr};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::ServiceExt;
use axum::extract::Request as HttpRequest;
use placet::actions;
use placet::app::{App, Clock};
use placet::config::Edge;
use placet::domain::author::Author;
use placet::domain::error::Result;
use placet::domain::id::WorkspaceId;
use placet::domain::json::Json;
use placet::domain::key::KeyKind;
use placet::domain::member::Role;
use placet::domain::time::Timestamp;
use placet::domain::widget::WidgetFile;
use placet::http::connections::{Peer, Plain};
use placet::store::{self, StoreThreads, Tx};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::client::{Answer, Request};
use crate::database::Database;

/// 2026-03-01T10:20:30.265Z, the moment at which every test begins.
pub(crate) const NOW: i64 = 1_772_360_430_265;
pub(crate) const MINUTE: i64 = 60_000;

/// The password of every member that a test makes.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A server with two workspaces that must not know of each other.
pub(crate) struct Site {
    pub(crate) own: Workspace,
    pub(crate) stranger: Workspace,
    clock: Arc<AtomicI64>,
    server: Server,
    /// Dropped last: nothing may use it any more.
    pub(crate) database: Database,
}

/// What runs. Fields are dropped in this order: no more requests, then what waits is written.
struct Server {
    runtime: Runtime,
    app: Arc<App>,
    address: SocketAddr,
    _threads: StoreThreads,
}

/// A workspace and its keys.
pub(crate) struct Workspace {
    pub(crate) id: WorkspaceId,
    pub(crate) private: String,
    pub(crate) public: String,
}

/// Runs a test on each database, with a fresh site.
pub(crate) fn on_both(test: impl Fn(&Site)) {
    for database in Database::all() {
        let name = database.name();
        let site = Site::open(database);
        // Which of the two it was is the first question when a test fails.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| test(&site))) {
            let test = std::thread::current().name().unwrap_or("a test").to_owned();
            let _ = writeln!(stderr(), "{test} failed on {name}");
            resume_unwind(panic);
        }
    }
}

impl Site {
    pub(crate) fn open(database: Database) -> Site {
        Site::behind(database, "http://localhost")
    }

    /// A site that browsers reach under this URL. Requests may name their caller: every peer is a trusted proxy.
    pub(crate) fn behind(database: Database, public_url: &str) -> Site {
        Site::with(database, Edge { public_url: public_url.into(), ..Edge::default() })
    }

    /// A site whose callers are limited, such as to `50/s,108000/h`.
    pub(crate) fn limited(database: Database, limits: &str) -> Site {
        let rate_limit = limits.split(',').map(|limit| limit.parse().unwrap()).collect();
        Site::with(database, Edge { public_url: "http://localhost".into(), rate_limit, ..Edge::default() })
    }

    /// A site with options of its own.
    pub(crate) fn with(database: Database, edge: Edge) -> Site {
        let clock = Arc::new(AtomicI64::new(NOW));
        let here = vec!["127.0.0.1/32".parse().unwrap()];
        let edge = Edge { trusted_proxies: here.clone(), metrics_from: here, ..edge };
        let server = Server::start(&database, &clock, edge);
        let workspace = |name| server.runtime.block_on(Workspace::create(&server.app, name));
        let (own, stranger) = (workspace("Own"), workspace("Stranger"));
        Site { own, stranger, clock, server, database }
    }

    /// A server on a copy of another's data; the same keys open it.
    pub(crate) fn again(database: Database, original: &Site) -> Site {
        let clock = Arc::new(AtomicI64::new(original.now().0));
        let server = Server::start(&database, &clock, original.app().edge.clone());
        let copy = |workspace: &Workspace| Workspace {
            id: workspace.id,
            private: workspace.private.clone(),
            public: workspace.public.clone(),
        };
        let (own, stranger) = (copy(&original.own), copy(&original.stranger));
        Site { own, stranger, clock, server, database }
    }

    /// Stops the server in an orderly way and starts another one on the same data.
    pub(crate) fn restart(self) -> Site {
        let Site { own, stranger, clock, server, database } = self;
        let edge = server.app.edge.clone();
        drop(server);
        let server = Server::start(&database, &clock, edge);
        Site { own, stranger, clock, server, database }
    }

    pub(crate) fn app(&self) -> &Arc<App> {
        &self.server.app
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    pub(crate) fn request(&self, method: &str, target: &str) -> Request {
        Request::new(self.server.address, method, target)
    }

    /// `GET` with the workspace's private key.
    pub(crate) fn get(&self, target: &str) -> Answer {
        self.request("GET", target).key(&self.own.private).send()
    }

    /// `POST` of JSON with the workspace's private key.
    pub(crate) fn post(&self, target: &str, body: impl ToString) -> Answer {
        self.request("POST", target).key(&self.own.private).json(body).send()
    }

    /// `POST /public/consent` with the workspace's public key.
    pub(crate) fn post_public(&self, body: impl ToString) -> Answer {
        self.request("POST", "/public/consent").key(&self.own.public).json(body).send()
    }

    /// Records a consent with the private key and gives its id.
    #[track_caller]
    pub(crate) fn record(&self, body: Value) -> String {
        id_of(&self.post("/consent", body))
    }

    /// Records a consent with the public key and gives its id.
    #[track_caller]
    pub(crate) fn record_public(&self, body: Value) -> String {
        id_of(&self.post_public(body))
    }

    /// `GET /consent/:id`
    #[track_caller]
    pub(crate) fn consent(&self, id: &str) -> Value {
        self.get(&format!("/consent/{id}")).ok()
    }

    /// `GET /api/v1/consents/:id`
    #[track_caller]
    pub(crate) fn details(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/consents/{id}")).ok()
    }

    /// `GET /subjects/:id`
    #[track_caller]
    pub(crate) fn subject(&self, id: &str) -> Value {
        self.get(&format!("/subjects/{id}")).ok()
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(self.clock.load(Ordering::SeqCst))
    }

    pub(crate) fn move_clock(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// Runs `work` in a read transaction.
    pub(crate) fn read<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.block_on(self.app().store.read(work)).unwrap()
    }

    /// Publishes a widget in a workspace and gives its id and version.
    pub(crate) fn publish(&self, workspace: &Workspace, file: &Value) -> Result<(i64, String)> {
        let text = file.to_string();
        let file = WidgetFile::parse(&Json::parse(&text).unwrap())?;
        let published =
            self.block_on(actions::widget::import(self.app(), workspace.id, file, None, &Author::COMMAND))?;
        Ok((published.id.0, published.version.to_string()))
    }

    /// Makes an owner who can sign in with [`PASSWORD`].
    pub(crate) fn member(&self, email: &str) -> i64 {
        let created = actions::member::create(self.app(), self.own.id, email, Role::Owner, PASSWORD);
        self.block_on(created).unwrap()
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.server.runtime.block_on(future)
    }
}

impl Server {
    fn start(database: &Database, clock: &Arc<AtomicI64>, edge: Edge) -> Server {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (store, threads) = store::open(&database.address(), [7; 16]).expect("the store opens");
        let app = Arc::new(App::new(store, Clock::Manual(Arc::clone(clock)), edge));
        let address = runtime.block_on(serve(Arc::clone(&app)));
        Server { runtime, app, address, _threads: threads }
    }
}

#[track_caller]
fn id_of(answer: &Answer) -> String {
    answer.ok()["id"].as_str().expect("an id").to_owned()
}

async fn serve(app: Arc<App>) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = placet::http::service(app, None);
    let make = ServiceExt::<HttpRequest>::into_make_service_with_connect_info::<Peer>(service);
    tokio::spawn(async move { axum::serve(Plain(listener), make).await });
    address
}

impl Workspace {
    async fn create(app: &App, name: &str) -> Workspace {
        let id = actions::workspace::create(app, name).await.unwrap();
        let private = actions::key::create(app, id, KeyKind::Private, "", None).await.unwrap().key;
        let public = actions::key::create(app, id, KeyKind::Public, "", None).await.unwrap().key;
        Workspace { id, private, public }
    }
}

/// The body of an error of the consent API that has no fields.
pub(crate) fn refusal(status: &str, message: &str) -> Value {
    json!({ "status": status, "message": message })
}
