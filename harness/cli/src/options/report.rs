//! The options of `mixinspec report`.

use std::path::PathBuf;

use clap::{ArgMatches, Args, FromArgMatches, Subcommand, ValueEnum};
use mixinspec_engine::reporter::{FORMATS, ReportFormat};

/// The commands of `report`.
#[derive(Debug, Subcommand)]
#[command(after_help = REPORT_EXAMPLES)]
pub(crate) enum ReportCommand {
    #[command(flatten)]
    As(AsFormat),
    /// Make a badge of a report
    Badge(BadgeArgs),
    /// Show what broke between two reports, what was mended, what is new or gone; exit status 1 where something broke
    ///
    /// Something broke where it is worse than before and shown to be: a failure, or a warning, where there was none. What
    /// is not decided any more is told, and is no break; nor is what fails and is accepted for now.
    Diff {
        /// The earlier report
        #[arg(value_name = "BEFORE")]
        before: PathBuf,
        /// The later report
        #[arg(value_name = "AFTER")]
        after: PathBuf,
    },
    /// Make one report of several of the same edition and spec, such as those of a run that was divided
    ///
    /// A requirement's worst verdict counts, and what was counted is added up. The exit status is that of making the
    /// report; its own stands in it.
    Merge {
        /// The reports
        #[arg(value_name = "FILE", required = true, num_args = 1..)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        out: OutArgs,
    },
}

const REPORT_EXAMPLES: &str = "\
Examples:
  mixinspec run … --report json=report.json
  mixinspec report html report.json -o report.html
  mixinspec report diff main.json report.json
  mixinspec report merge part-1.json part-2.json -o report.json
  mixinspec report badge report.json --format endpoint -o badge.json

Reports of an older version of the format are read where what they have is enough.";

/// A report, and where what is made of it goes.
#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    /// The report, as `--report json=FILE` writes it
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) out: OutArgs,
}

/// Where the result goes.
#[derive(Debug, Args)]
pub(crate) struct OutArgs {
    /// The file to write to; without it, standard output
    #[arg(short, long, value_name = "FILE", env = "MIXINSPEC_OUT")]
    pub(crate) out: Option<PathBuf>,
}

/// Options of `report badge`.
#[derive(Debug, Args)]
pub(crate) struct BadgeArgs {
    #[command(flatten)]
    pub(crate) render: RenderArgs,
    /// What the badge is
    #[arg(long, value_name = "FORMAT", default_value = "svg", env = "MIXINSPEC_FORMAT")]
    pub(crate) format: BadgeFormat,
}

/// The forms of a badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BadgeFormat {
    /// A picture.
    Svg,
    /// JSON from which shields.io makes one (its endpoint badge).
    Endpoint,
}

/// A report in another format: a command for each row of the table of formats.
#[derive(Debug)]
pub(crate) struct AsFormat {
    pub(crate) format: &'static ReportFormat,
    pub(crate) args: RenderArgs,
}

impl Subcommand for AsFormat {
    fn augment_subcommands(command: clap::Command) -> clap::Command {
        FORMATS.iter().fold(command, |command, format| {
            // `augment_args` sets the doc comment of the type as the description, so replace it.
            let one = RenderArgs::augment_args(clap::Command::new(format.name));
            command.subcommand(one.about(format!("Make {}", format.about)).long_about(None))
        })
    }

    fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        ReportFormat::named(name).is_some()
    }
}

impl FromArgMatches for AsFormat {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let format = ReportFormat::named(name).ok_or_else(missing)?;
        Ok(Self { format, args: RenderArgs::from_arg_matches(matches)? })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
