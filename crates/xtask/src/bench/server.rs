//! A server process under measurement, the floor or Placet: its start, its memory, its processor time, its end.

use crate::process::{capture, not_started, now};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_mins(1);

/// Killed when dropped.
pub(crate) struct Server {
    process: Child,
    address: String,
    /// From the start of the process to the first answer that it is ready.
    pub(super) ready_after: Duration,
}

impl Server {
    /// Starts `command`, which takes `--listen ADDRESS`, and waits until `readiness` is answered with 200.
    pub(super) fn start(mut command: Command, readiness: &str, log: &Path) -> Result<Self, String> {
        let address = free_address()?;
        let log_file = fs::File::create(log).map_err(|e| format!("cannot write {}: {e}", log.display()))?;
        let errors = log_file.try_clone().map_err(|e| format!("cannot write {}: {e}", log.display()))?;
        command.args(["--listen", &address]).stdin(Stdio::null()).stdout(log_file).stderr(errors);
        let since = now();
        let process = command.spawn().map_err(|e| not_started(&command, &e))?;
        let mut server = Self { process, address, ready_after: Duration::ZERO };
        while !matches!(server.get(readiness), Ok((200, _))) {
            if now() - since > PATIENCE || server.has_ended() {
                let words = fs::read_to_string(log).unwrap_or_default();
                return Err(format!("the server was not ready at {readiness}:\n{words}"));
            }
            sleep(Duration::from_millis(1));
        }
        server.ready_after = now() - since;
        Ok(server)
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Status and body of one GET.
    pub(super) fn get(&self, path: &str) -> Result<(u16, Vec<u8>), String> {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address))
    }

    /// Status and body of one POST of JSON.
    pub(super) fn post(&self, path: &str, key: &str, body: &str) -> Result<(u16, Vec<u8>), String> {
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nApiKey: {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        ))
    }

    fn ask(&self, request: &str) -> Result<(u16, Vec<u8>), String> {
        let answer =
            exchange(&self.address, request).map_err(|e| format!("no answer from the server: {e}"))?;
        split(&answer).ok_or_else(|| "the server's answer is not HTTP".into())
    }

    pub(super) fn memory(&self) -> Result<Memory, String> {
        memory_of(self.process.id())
    }

    /// Processor time used since the start, by all threads.
    pub(super) fn processor_time(&self) -> Result<Duration, String> {
        let stat = self.proc("stat")?;
        // The name, in parentheses, may hold spaces; user and system time are fields 14 and 15 of the whole line.
        let fields = stat.rsplit_once(')').map_or("", |(_, after)| after).split_whitespace();
        let ticks: u64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Ok(Duration::from_millis(ticks * 10))
    }

    fn proc(&self, file: &str) -> Result<String, String> {
        proc(self.process.id(), file)
    }

    /// A clean stop.
    pub(super) fn stop(&mut self) -> Result<(), String> {
        capture(Command::new("sh").args(["-c", &format!("kill -TERM {}", self.process.id())]))?;
        let since = now();
        while !self.has_ended() {
            if now() - since > PATIENCE {
                return Err("the server did not stop when asked".into());
            }
            sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// `kill -9`, as any moment may bring it.
    pub(super) fn crash(&mut self) -> Result<(), String> {
        let killed = self.process.kill().and_then(|()| self.process.wait());
        killed.map(drop).map_err(|e| format!("cannot kill the server: {e}"))
    }

    fn has_ended(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Resident memory in MB.
#[derive(Clone, Copy)]
pub(super) struct Memory {
    pub(super) now: f64,
    pub(super) peak: f64,
}

/// The memory of a running process.
pub(super) fn memory_of(process: u32) -> Result<Memory, String> {
    let status = proc(process, "status")?;
    let kilobytes = |name: &str| -> Option<f64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.split_whitespace().next()?.parse().ok()
    };
    let figures = kilobytes("VmRSS").zip(kilobytes("VmHWM"));
    let (now, peak) = figures.ok_or("the kernel does not tell this process's memory")?;
    Ok(Memory { now: now / 1024.0, peak: peak / 1024.0 })
}

fn proc(process: u32, file: &str) -> Result<String, String> {
    let path = format!("/proc/{process}/{file}");
    fs::read_to_string(&path).map_err(|e| format!("cannot read {path}: {e}"))
}

fn free_address() -> Result<String, String> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map(|address| address.to_string()).map_err(|e| format!("no free port: {e}"))
}

fn exchange(address: &str, request: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

fn split(answer: &[u8]) -> Option<(u16, Vec<u8>)> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    Some((status, answer[end + 4..].to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_split_into_status_and_body() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
        assert_eq!(split(answer), Some((200, b"ok".to_vec())));
        assert_eq!(split(b"nonsense"), None);
    }
}
