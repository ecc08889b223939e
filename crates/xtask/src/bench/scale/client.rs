//! One connection that is kept, and one request after another on it: how long each takes, and what it answers.

use crate::process::now;
use std::io::{BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Longer than anything that is asked for; a server that needs this long has failed.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) struct Client {
    stream: BufReader<TcpStream>,
    /// What follows the target in each request.
    rest: String,
}

impl Client {
    pub(super) fn connect(address: &str, key: &str) -> Result<Self, String> {
        let stream = TcpStream::connect(address).map_err(|e| format!("no connection to the server: {e}"))?;
        let set = stream.set_nodelay(true).and_then(|()| stream.set_read_timeout(Some(PATIENCE)));
        set.map_err(|e| format!("cannot set up the connection: {e}"))?;
        let rest = format!(" HTTP/1.1\r\nHost: {address}\r\nApiKey: {key}\r\n\r\n");
        Ok(Self { stream: BufReader::new(stream), rest })
    }

    /// The body of a GET that is answered with 200, and the time until all of it was read.
    pub(super) fn get(&mut self, target: &str) -> Result<(String, Duration), String> {
        let request = format!("GET {target}{}", self.rest);
        let since = now();
        let (status, body) = self.exchange(&request).map_err(|e| format!("GET {target}: {e}"))?;
        let time = now() - since;
        if status == 200 { Ok((body, time)) } else { Err(format!("GET {target} answered {status}: {body}")) }
    }

    fn exchange(&mut self, request: &str) -> std::io::Result<(u16, String)> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        read(&mut self.stream)
    }
}

/// Reads one answer whole, so that the next one can follow.
fn read(stream: &mut impl std::io::BufRead) -> std::io::Result<(u16, String)> {
    let wrong = |what: &str| std::io::Error::other(format!("the answer is not HTTP: {what}"));
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split_whitespace().nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| wrong(line.trim()))?;
    let mut length = None;
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Err(wrong("it ends in its headers"));
        }
        match line.trim().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().ok();
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length.ok_or_else(|| wrong("it does not say how long it is"))?];
    stream.read_exact(&mut body)?;
    String::from_utf8(body).map(|body| (status, body)).map_err(|_| wrong("its body is not UTF-8"))
}

/// What cannot stand in a query as it is, as `%` and two digits.
pub(super) fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_on_one_connection_are_told_apart() {
        let mut stream = b"HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 2\r\n\r\n[]HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".as_slice();
        assert_eq!(read(&mut stream).unwrap(), (200, "[]".to_owned()));
        assert_eq!(read(&mut stream).unwrap(), (404, String::new()));
        assert!(read(&mut stream).is_err());
        assert!(read(&mut b"HTTP/1.1 200 OK\r\n\r\n".as_slice()).is_err());
    }

    #[test]
    fn a_query_is_encoded_byte_by_byte() {
        assert_eq!(encoded("ada@example.org"), "ada%40example.org");
        assert_eq!(encoded("Müller 2"), "M%C3%BCller%202");
    }
}
