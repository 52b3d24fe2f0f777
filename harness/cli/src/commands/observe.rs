//! `mixinspec observe`: runs a client against the reference server, and judges every request that it sends.

#[cfg(unix)]
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus as ProcessStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use mixinspec_engine::{ClientAnswers, ClientObserver, End, GivenAnswer, ObservedRequest, SdkCatalog};
use mixinspec_server::{AnsweredRequest, Builder, Chosen, Edition, Server, Session};
use mixinspec_spec::model::{AnswerEnding, Subject};
use mixinspec_spec::{Spec, files};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::conclude::{self, Began, Concluded, PlannedRun};
use super::{Done, load, runtime};
use crate::embedded::{algorithm, edition};
use crate::options::{Global, ObserveArgs, ResultArgs};
use crate::problem::CommandProblem;
use crate::terminal::Terminal;
use crate::{replay, sessions, signals};

/// The environment variables that tell a client where the server is, and which keystores it may use.
const URL: &str = "MIXINSPEC_URL";
const KEYSTORE: &str = "MIXINSPEC_KEYSTORE";
const PEER_KEYSTORE: &str = "MIXINSPEC_PEER_KEYSTORE";

/// How many bytes of a file of answers are read at most.
const LONGEST_ANSWERS: u64 = 16 << 20;

pub(super) fn observe(args: &ObserveArgs, global: &Global, terminal: &Terminal) -> Done {
    let mut inputs = conclude::files_of(&args.command);
    inputs.extend(args.answers.as_deref().map(|file| ("--answers", file)));
    conclude::writable(&args.results, global, inputs)?;
    let began = Began::now();
    let planned =
        PlannedRun { kind: Subject::Sdk, subject: replay::words(&args.command), edition: args.edition.clone(), began };
    planned.concluded(judged(args, global, terminal, began), &args.results, terminal)
}

fn judged(args: &ObserveArgs, global: &Global, terminal: &Terminal, began: Began) -> Done {
    // Report unreadable files before anything starts.
    args.results.known_failures.as_deref().map(conclude::read_known).transpose()?;
    let edition = edition(&args.edition)?;
    let spec = Arc::new(load(global)?);
    let answers = args.answers.as_deref().map(|file| answers(file, edition)).transpose()?;
    let run_id = conclude::random_run_id();
    runtime()?.block_on(async {
        // From here on signals are handled, so that an interruption does not leave keys behind.
        let mut stop = signals::Stop::new().map_err(|error| CommandProblem::signals(&error))?;
        let folder = Folder::new(&run_id)?;
        let keystores = sessions::make(&folder.0, algorithm(edition))?;
        let files: Vec<PathBuf> = keystores.iter().map(|ready| ready.file.clone()).collect();
        let sessions: Vec<Session> = keystores.into_iter().map(|ready| ready.session).collect();
        let (observing, server) = start(&spec, edition, sessions, answers).await?;
        let mut client = tokio::process::Command::new(&args.command[0]);
        client.args(&args.command[1..]).env(URL, &observing.url);
        for (variable, file) in [KEYSTORE, PEER_KEYSTORE].into_iter().zip(&files) {
            client.env(variable, file);
        }
        // The program's own standard output is only for the report.
        client.stdout(Stdio::from(std::io::stderr()));
        let command = replay::words(&args.command);
        let mut client = StartedClient::start(&mut client).map_err(|error| CommandProblem::client(&command, &error))?;
        let ended = tokio::select! {
            ended = client.child.wait() => Some(ended.map_err(|error| CommandProblem::Runtime { reason: error.to_string() })?),
            () = stop.asked() => None,
        };
        drop(client);
        server.stop().await;
        // The client has ended, so the keys are not needed any more.
        drop(folder);
        let note = ended.map_or_else(|| "The client was stopped before it ended.".to_owned(), told);
        let run = ObservedClients { spec: &spec, observer: &observing.observer, results: &args.results, began };
        run.concluded(command, vec![note], ended.is_none(), terminal)
    })
}

/// A server whose clients are observed.
struct Observing {
    observer: Arc<ClientObserver>,
    url: String,
}

async fn start(
    spec: &Arc<Spec>,
    edition: Edition,
    sessions: Vec<Session>,
    answers: Option<ClientAnswers>,
) -> Result<(Observing, mixinspec_server::Running), Box<CommandProblem>> {
    let server = sessions.iter().cloned().fold(Server::builder().edition(edition), Builder::session);
    let (observer, server) = observed(spec, edition, sessions, server, answers)?;
    let bound = server.build().bind("127.0.0.1:0").await;
    let (address, running) = bound.map_err(|error| CommandProblem::Runtime { reason: error.to_string() })?;
    let url = format!("http://{address}");
    observer.listens_at(&url);
    Ok((Observing { observer, url }, running))
}

/// The answers in a file.
pub(super) fn answers(file: &Path, edition: Edition) -> Result<ClientAnswers, Box<CommandProblem>> {
    let text = files::read_to_string(file, LONGEST_ANSWERS)
        .map_err(|error| CommandProblem::unreadable("--answers", file, &error))?;
    ClientAnswers::read(&file.display().to_string(), &text, edition.as_str())
        .map_err(|findings| Box::new(CommandProblem::answers(&findings)))
}

/// Lets an observer see every request to a server, and answer in the server's place if there are answers.
pub(super) fn observed(
    spec: &Arc<Spec>,
    edition: Edition,
    sessions: Vec<Session>,
    server: Builder,
    answers: Option<ClientAnswers>,
) -> Result<(Arc<ClientObserver>, Builder), Box<CommandProblem>> {
    let observer = ClientObserver::new(Arc::clone(spec), edition.as_str(), sessions);
    let observer = observer.map_err(|error| CommandProblem::unusable_spec(&error))?;
    let chooses = answers.is_some();
    let observer = Arc::new(match answers {
        Some(answers) => observer.answering(answers),
        None => observer,
    });
    let sees = Arc::clone(&observer);
    let mut server = server.observer(move |seen| sees.see(request(seen)));
    if chooses {
        let answers = Arc::clone(&observer);
        server = server.chooser(move |asked| {
            answers.answer(asked.method, asked.path, fields(asked.headers), asked.body.clone()).map(chosen)
        });
    }
    Ok((observer, server))
}

fn chosen(given: GivenAnswer) -> Chosen {
    let field = |(name, value): &(String, String)| {
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
    };
    Chosen {
        number: given.row,
        // Reading the file checked that the status and the fields are valid.
        status: StatusCode::from_u16(given.status).unwrap_or_default(),
        headers: given.headers.iter().filter_map(field).collect(),
        body: given.body,
        broken_off: match given.ending {
            AnswerEnding::Whole => None,
            AnswerEnding::Cut => Some(Duration::ZERO),
            AnswerEnding::Slow => Some(given.pause),
        },
    }
}

fn fields(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

fn request(seen: AnsweredRequest) -> ObservedRequest {
    ObservedRequest {
        chosen: seen.chosen,
        headers: fields(&seen.headers),
        answer_headers: fields(&seen.answer_headers),
        method: seen.method,
        path: seen.path,
        body: seen.body,
        status: seen.status.as_u16(),
        answer: seen.answer,
    }
}

/// The clients that were observed so far.
pub(super) struct ObservedClients<'a> {
    pub(super) spec: &'a Spec,
    pub(super) observer: &'a ClientObserver,
    pub(super) results: &'a ResultArgs,
    pub(super) began: Began,
}

impl ObservedClients<'_> {
    /// Reports, and returns the exit status.
    pub(super) fn concluded(&self, client: String, notes: Vec<String>, interrupted: bool, terminal: &Terminal) -> Done {
        let known = self.results.known_failures.as_deref().map(conclude::read_known).transpose()?;
        let mut report = self.observer.report(client, conclude::random_run_id(), notes);
        if interrupted {
            report.conclusion.end = End::Stopped;
            report.conclusion.end_reason = Some("the client was stopped before it ended".into());
        }
        let plan =
            SdkCatalog::of(self.spec, &report.edition, 0).map_err(|error| CommandProblem::unusable_spec(&error))?;
        let run = Concluded {
            results: self.results,
            report,
            known: known.as_ref(),
            plan: &plan,
            began: self.began,
            // mixinspec cannot repeat what a client does.
            replay: "",
        };
        Ok(run.conclude(terminal))
    }
}

/// The report's note on how the client ended.
fn told(status: ProcessStatus) -> String {
    match status.code() {
        Some(code) => format!("The client ended with exit status {code}."),
        None => format!("The client ended by a signal ({status})."),
    }
}

/// A started client. Dropping it ends the client, and the processes that the client started.
struct StartedClient {
    child: tokio::process::Child,
    #[cfg(unix)]
    group: Option<rustix::process::Pid>,
}

impl StartedClient {
    fn start(command: &mut tokio::process::Command) -> std::io::Result<Self> {
        command.kill_on_drop(true);
        // The client gets its own process group, unless it is used at a terminal: a terminal lets only the foreground
        // group read.
        #[cfg(unix)]
        let is_alone = !std::io::stdin().is_terminal();
        #[cfg(unix)]
        if is_alone {
            command.process_group(0);
        }
        let child = command.spawn()?;
        #[cfg(unix)]
        let id = child.id().filter(|_| is_alone).and_then(|id| i32::try_from(id).ok());
        Ok(Self {
            child,
            #[cfg(unix)]
            group: id.and_then(rustix::process::Pid::from_raw),
        })
    }
}

#[cfg(unix)]
impl Drop for StartedClient {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            // All processes may have ended already.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

/// A temporary folder for keystores. Dropping it removes the folder.
struct Folder(PathBuf);

impl Folder {
    fn new(run_id: &str) -> Result<Self, Box<CommandProblem>> {
        let folder = std::env::temp_dir().join(format!("mixinspec-{}-{run_id}", std::process::id()));
        let unwritable = |error: &std::io::Error| CommandProblem::unwritable("TMPDIR", &folder, error);
        let mut builder = std::fs::DirBuilder::new();
        private(&mut builder).create(&folder).map_err(|error| unwritable(&error))?;
        Ok(Self(folder))
    }
}

/// Makes the folder readable only for its owner, if the system supports it.
#[cfg(unix)]
fn private(builder: &mut std::fs::DirBuilder) -> &mut std::fs::DirBuilder {
    std::os::unix::fs::DirBuilderExt::mode(builder, 0o700)
}

#[cfg(not(unix))]
fn private(builder: &mut std::fs::DirBuilder) -> &mut std::fs::DirBuilder {
    builder
}

impl Drop for Folder {
    fn drop(&mut self) {
        // If this fails, the system clears temporary files.
        let _ = std::fs::remove_dir_all(Path::new(&self.0));
    }
}
