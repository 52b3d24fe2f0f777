//! Translates the HTTP library's errors.

use std::time::Duration;

use crate::http::message::NoAnswer;

/// The reason why there is no answer; `timeout` is the time limit that the request had.
pub(crate) fn no_answer(error: &reqwest::Error, timeout: Duration) -> NoAnswer {
    if let Some(reason) = ours(error) {
        NoAnswer::NoFiles(reason)
    } else if error.is_timeout() {
        NoAnswer::Timeout(timeout)
    } else if error.is_connect() {
        NoAnswer::Connect(chain(error))
    } else if is_of_http(error, hyper::Error::is_parse_too_large) {
        // 100 header fields, or some 400 KiB of them.
        NoAnswer::HeadTooLong
    } else if is_of_http(error, hyper::Error::is_incomplete_message) {
        NoAnswer::Broken("the server closed it before an answer was complete".into())
    } else {
        match chain(error) {
            // hyper has no error kind for it.
            text if text.contains("chunk extensions over limit") => NoAnswer::ExtensionsTooLong,
            text => NoAnswer::Broken(text),
        }
    }
}

/// The error text, if this process or machine has run out of files or sockets.
fn ours(error: &reqwest::Error) -> Option<String> {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(error) = cause.downcast_ref::<std::io::Error>().filter(|error| lacks_files(error)) {
            return Some(error.to_string());
        }
        source = cause.source();
    }
    None
}

#[cfg(unix)]
fn lacks_files(error: &std::io::Error) -> bool {
    use rustix::io::Errno;
    let code = error.raw_os_error();
    [Errno::MFILE, Errno::NFILE].iter().any(|errno| code == Some(errno.raw_os_error()))
}

/// Too many open sockets (WSAEMFILE).
#[cfg(not(unix))]
fn lacks_files(error: &std::io::Error) -> bool {
    error.raw_os_error() == Some(10_024)
}

/// Whether an HTTP library error of this kind is among the causes.
fn is_of_http(error: &reqwest::Error, kind: fn(&hyper::Error) -> bool) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.downcast_ref::<hyper::Error>().is_some_and(kind) {
            return true;
        }
        source = cause.source();
    }
    false
}

/// The causes of an error, without reqwest's own text before them, which only says that a request to this URL failed.
pub(crate) fn chain(error: &reqwest::Error) -> String {
    let mut source = std::error::Error::source(error);
    let mut text = source.map_or_else(|| error.to_string(), ToString::to_string);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
