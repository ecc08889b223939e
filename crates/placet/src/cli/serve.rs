//! `placet serve`

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::ServiceExt;
use axum::extract::Request;
use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::say;
use crate::actions;
use crate::app::{App, Clock, Random};
use crate::config::{Data, LogFormat, Serve};
use crate::domain::error::{Error, Result};
use crate::http::connections::{Certificate, Encrypted, Peer, Plain};
use crate::http::{self, Demo};
use crate::jobs;
use crate::store;

/// How long what is being answered may take once the process was asked to stop.
const LONGEST_STOP: Duration = Duration::from_secs(20);

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    serve: Serve,
}

pub(super) fn run(options: Options) -> Result<()> {
    let Options { data, serve } = options;
    log_to_stderr(serve.log_format);
    if serve.demo && !serve.listen.ip().is_loopback() {
        return Err(Error::invalid(
            "listen",
            "--demo prints its passwords, so it listens on loopback only: use 127.0.0.1",
        ));
    }
    let edge = serve.edge()?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::internal)?;
    let (store, threads) = store::open(&data.address(), Random.bytes())?;
    let app = Arc::new(App::new(store, Clock::System, edge));
    let result = runtime.block_on(answer_requests(app, &serve));
    // First no more requests, then what still waits is written, then the process ends.
    drop(runtime);
    drop(threads);
    result
}

async fn answer_requests(app: Arc<App>, serve: &Serve) -> Result<()> {
    let listener = TcpListener::bind(serve.listen).await;
    let listener =
        listener.map_err(|why| Error::Internal(format!("cannot listen on {}: {why}", serve.listen)))?;
    let address = listener.local_addr().map_err(Error::internal)?;
    let certificate = serve.encryption.files().map(Certificate::read).transpose()?;
    let scheme = if certificate.is_some() { "https" } else { "http" };
    let demo = if serve.demo { Some(open_demo(&app).await?) } else { None };
    // Before anything is said: whoever reads it may ask the server to stop at once.
    let stopped = stopped()?;
    greet(&app, scheme, address).await?;
    let jobs = jobs::start(Arc::clone(&app));
    let service = http::service(app, demo);
    let make = ServiceExt::<Request>::into_make_service_with_connect_info::<Peer>(service);
    let (tell, told) = oneshot::channel();
    let stopped = async {
        stopped.await;
        // Nobody waits any more only when everything has ended already.
        let _ = tell.send(());
    };
    let served = async {
        match certificate {
            None => axum::serve(Plain(listener), make).with_graceful_shutdown(stopped).await,
            Some(certificate) => {
                let listener = Encrypted::new(listener, certificate).map_err(io::Error::other)?;
                axum::serve(listener, make).with_graceful_shutdown(stopped).await
            }
        }
    };
    let served = tokio::select! {
        served = served => served,
        () = overdue(told) => Ok(()),
    };
    jobs.stop().await;
    served.map_err(Error::internal)
}

/// Done when the process was asked to stop and what was being answered has had its time: one client that never sends the
/// rest of its request must not keep the process for ever.
async fn overdue(told: oneshot::Receiver<()>) {
    if told.await.is_err() {
        return std::future::pending().await;
    }
    tokio::time::sleep(LONGEST_STOP).await;
    tracing::warn!("connections that had not ended were cut");
}

async fn greet(app: &App, scheme: &str, address: SocketAddr) -> Result<()> {
    say(&format!("Placet listens on {scheme}://{address}"))?;
    if let Some(token) = actions::setup::offer(app).await? {
        say(&format!("Set it up, once: {}/setup?token={token}", app.edge.public_url))?;
    }
    Ok(())
}

async fn open_demo(app: &App) -> Result<Arc<Demo>> {
    let demo = actions::demo::open(app).await?;
    let origin = &app.edge.public_url;
    say(&format!(
        "Demo shop:    {origin}/demo\nDashboard:    {origin}/  sign in as {} with the password {}\nPublic key:   {}\nPrivate key:  {}\nWidget:       {}",
        demo.email, demo.password, demo.public_key, demo.private_key, demo.widget.0
    ))?;
    Ok(Arc::new(Demo::new(demo.widget, demo.public_key)))
}

fn log_to_stderr(format: LogFormat) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("PLACET_LOG").unwrap_or_else(|_| "info".into());
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(false);
    // A second subscriber can only be set by a test in the same process; the first one stays.
    let _ = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}

/// Listens from now on; the future is done when the process is asked to stop.
pub(super) fn stopped() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(Error::internal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::internal)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
