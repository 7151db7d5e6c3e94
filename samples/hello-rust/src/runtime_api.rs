//! The Runtime API, as far as a function needs it: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;

pub struct RuntimeApi {
    address: String,
}

pub struct Invocation {
    pub request_id: String,
    pub event: String,
}

impl RuntimeApi {
    pub fn new(address: String) -> Self {
        RuntimeApi { address }
    }

    /// Waits for the next event. Between invocations the environment stands still in here.
    pub fn next(&self) -> Result<Invocation> {
        let (head, event) = self.send("GET", "next", "")?;
        let request_id = header(&head, "lambda-runtime-aws-request-id")
            .ok_or_else(|| Error::new(ErrorKind::InvalidData, "an event without a request id"))?;
        Ok(Invocation { request_id, event })
    }

    pub fn respond(&self, request_id: &str, response: &str) -> Result<()> {
        self.send("POST", &format!("{request_id}/response"), response).map(|_| ())
    }

    /// HTTP 1.0, so that the body is all that follows until the connection ends.
    fn send(&self, method: &str, path: &str, body: &str) -> Result<(String, String)> {
        let mut stream = TcpStream::connect(&self.address)?;
        write!(
            stream,
            "{method} /2018-06-01/runtime/invocation/{path} HTTP/1.0\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len(),
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer
            .split_once("\r\n\r\n")
            .ok_or_else(|| Error::new(ErrorKind::InvalidData, "an answer without a head"))?;
        match head.split(' ').nth(1) {
            Some("200") | Some("202") => Ok((head.to_string(), body.to_string())),
            _ => Err(Error::new(ErrorKind::Other, answer)),
        }
    }
}

fn header(head: &str, name: &str) -> Option<String> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().to_string())
}
