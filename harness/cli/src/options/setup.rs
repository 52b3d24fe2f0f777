//! The options of the commands that set up a folder or a shell: `init`, `completions`, `man`.

use std::path::PathBuf;

use clap::Args;

/// Options of `init`.
#[derive(Debug, Args)]
#[command(after_help = INIT_HELP)]
pub(crate) struct InitArgs {
    /// Write it anew where it is there already
    #[arg(long, env = "MIXINSPEC_FORCE")]
    pub(crate) force: bool,
}

const INIT_HELP: &str = "\
The file is mixinspec.toml in this folder, or what --config names. Its tables [run], [sdk], [observe], [serve] and
[token] hold options of these commands by their names.";

/// Options of `completions`.
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  mixinspec completions bash > ~/.local/share/bash-completion/completions/mixinspec
  mixinspec completions zsh > ~/.zfunc/_mixinspec";

/// Options of `man`.
#[derive(Debug, Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct ManArgs {
    /// The folder to write a page for each command to; without it, the first is printed
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}

const MAN_EXAMPLES: &str = "\
Examples:
  mixinspec man ~/.local/share/man/man1
  mixinspec man > mixinspec.1";
