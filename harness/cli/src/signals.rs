//! The signals that ask the program to stop: Ctrl-C, and on Unix SIGTERM, which CI systems send, and SIGHUP, when a
//! terminal is closed.

use std::io;

/// Listens for these signals from its creation on.
#[derive(Debug)]
pub(crate) struct Stop {
    #[cfg(unix)]
    signals: Vec<tokio::signal::unix::Signal>,
    #[cfg(not(unix))]
    signals: [tokio::signal::windows::CtrlC; 1],
}

impl Stop {
    /// Starts to listen.
    pub(crate) fn new() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let mut signals = vec![signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?];
            if !outlives_terminals() {
                signals.push(signal(SignalKind::hangup())?);
            }
            Ok(Self { signals })
        }
        #[cfg(not(unix))]
        {
            Ok(Self { signals: [tokio::signal::windows::ctrl_c()?] })
        }
    }

    /// Returns at the next signal.
    pub(crate) async fn asked(&mut self) {
        #[cfg(unix)]
        std::future::poll_fn(|context| {
            let comes = self.signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
            if comes { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        #[cfg(not(unix))]
        {
            let [interrupt] = &mut self.signals;
            interrupt.recv().await;
        }
    }
}

/// Whether the program was started with SIGHUP ignored, for example by `nohup`. Listening would undo that.
#[cfg(unix)]
fn outlives_terminals() -> bool {
    // Linux shows it in a file; other systems do not show it without unsafe code.
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return false };
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The lowest bit is the first signal, which is SIGHUP.
    ignored.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok()).is_some_and(|ignored| ignored & 1 == 1)
}
