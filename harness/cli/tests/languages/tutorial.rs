//! docs/tutorial.md: its server fails as the page shows, and passes when it is mended as the page says.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::program::{Done, Folder, command, done};

/// The content of the page's blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/tutorial.md");
    let text = std::fs::read_to_string(page).expect("the page");
    let begin = format!("```{language}\n");
    text.split(&begin).skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
}

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _status = self.0.wait();
    }
}

/// What the page's command says of the server, which listens at another port.
fn judged(folder: &Folder, server: &str) -> Done {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port().to_string();
    drop(listener);
    folder.file("server.py", &server.replace("8080", &port));
    let mut python = Command::new("python3");
    python.arg(folder.path("server.py")).stdout(Stdio::null()).stderr(Stdio::null());
    let _running = Running(python.spawn().expect("python3"));
    let line = blocks("sh").into_iter().find(|block| block.starts_with("mixinspec run")).expect("the command");
    let line = line.trim_end().strip_prefix("mixinspec ").expect("the program").replace("8080", &port);
    let mut run = command(&line);
    run.args(["--wait", "30s", "--color", "never"]);
    done(run)
}

/// Holds that the lines of a block of the page are printed, in their order; `…` stands for what is left out.
fn is_printed(block: &str, stdout: &str) {
    let mut rest = stdout.lines();
    for line in block.lines().filter(|line| !line.trim().is_empty() && line.trim() != "…") {
        let (begin, is_cut) = line.strip_suffix('…').map_or((line, false), |begin| (begin, true));
        let fits = |have: &str| if is_cut { have.starts_with(begin) } else { have.trim_end() == line };
        assert!(rest.any(fits), "not printed, after what stands before it: {line}\n{stdout}");
    }
}

pub(crate) fn the_tutorials_server_fails_as_shown_and_passes_when_it_is_mended() {
    let folder = Folder::new("tutorial");
    let texts = blocks("text");
    let [failing, body_json, passing] = texts.as_slice() else { panic!("three samples of output: {texts:?}") };
    let mut server = blocks("python").swap_remove(0);
    let first = judged(&folder, &server);
    assert_eq!(first.status, 1, "{}{}", first.stdout, first.stderr);
    is_printed(failing, &first.stdout);
    is_printed(body_json, &first.stdout);
    assert_eq!(first.failing(), ["null-members-ignored", "body-json"], "{}", first.stdout);
    for diff in blocks("diff") {
        let side = |sign: char| diff.lines().filter_map(|line| line.strip_prefix(sign)).collect::<Vec<_>>().join("\n");
        assert_eq!(server.matches(&side('-')).count(), 1, "{diff}");
        server = server.replace(&side('-'), &side('+'));
    }
    let second = judged(&folder, &server);
    assert_eq!(second.status, 0, "{}{}", second.stdout, second.stderr);
    is_printed(passing, &second.stdout);
}
