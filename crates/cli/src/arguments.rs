//! Arguments and their help.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

/// A transnational referral mechanism for trafficking into online-scam compounds.
///
/// Carries a report from whoever raised it to whoever must act, keeps the clock on them, and publishes what is known with
/// its evidence.
#[derive(Parser)]
#[command(
    name = "hue",
    version,
    after_help = "Exit codes: 0 done; 1 something outside failed; 2 the input cannot be used; 3 an estimate was refused; 4 check found damage; 5 known already, nothing changed.\nLogs go to standard error; HUE_LOG=info shows more. They hold ids, never identities."
)]
pub struct Hue {
    #[command(subcommand)]
    pub command: Command,
}

/// Where a hub's data are.
#[derive(Args, Clone)]
pub struct Place {
    /// The hub's data folder.
    #[arg(long, env = "HUE_DATA")]
    pub data: PathBuf,
    /// A PostgreSQL database instead of SQLite in the data folder: postgres://…. Prefer the variable, since arguments can
    /// be read by other users of the machine.
    #[arg(long, env = "HUE_STORE", hide_env_values = true)]
    pub store: Option<String>,
}

/// Who opens what is sealed.
#[derive(Args, Clone)]
pub struct Key {
    /// The member whose pass phrase opens what is sealed. The phrase is asked for, or read from the file in
    /// HUE_PHRASE_FILE.
    #[arg(long = "as", value_name = "LOGIN")]
    pub login: String,
}

#[derive(Subcommand)]
pub enum Command {
    /// Show everything with invented people: makes two hubs, tells the story, serves both.
    Demo {
        /// Where to make or find the demonstration; a temporary folder when left out.
        #[arg(long)]
        data: Option<PathBuf>,
        /// Load it and stop.
        #[arg(long)]
        no_serve: bool,
        /// The first hub's port; the second has the next.
        #[arg(long, default_value_t = 4870)]
        port: u16,
    },
    /// Make a hub in an empty data folder and print the first administrator's one-time link.
    Init {
        #[command(flatten)]
        place: Place,
        /// The organisation's name, as partners will see it.
        #[arg(long, default_value = "Hue and Cry")]
        name: String,
        /// What kind of recipient it is to others.
        #[arg(long, value_enum, default_value_t = KindOf::Protection)]
        kind: KindOf,
        /// Its country, ISO 3166-1 alpha-2.
        #[arg(long, default_value = "KH")]
        country: String,
        /// Scheme and host that members will type, for the link.
        #[arg(long, default_value = "http://127.0.0.1:4870")]
        base: String,
    },
    /// Serve a hub's pages, API and exchange.
    Serve {
        #[command(flatten)]
        place: Place,
        /// Address and port. Anything but loopback needs TLS in front of it.
        #[arg(long, default_value = "127.0.0.1:4870")]
        listen: SocketAddr,
        /// Scheme and host that readers type, when it differs from the address; with https:// cookies travel over TLS alone.
        #[arg(long)]
        base: Option<String>,
    },
    /// Take in reports: text, HTML or CSV. No pass phrase is needed to put in, only to take out.
    Import {
        #[command(flatten)]
        place: Place,
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Who gave them to us.
        #[arg(long)]
        source: String,
        /// Reliability A–F and credibility 1–6 (Admiralty scale).
        #[arg(long, default_value = "F6")]
        grade: String,
        /// When they reached us, RFC 3339; now when left out.
        #[arg(long)]
        received: Option<String>,
        /// When they were published, ISO 8601: what "today" in them counts from.
        #[arg(long)]
        published: Option<String>,
        /// The people in them are invented.
        #[arg(long)]
        synthetic: bool,
    },
    /// Print the claims in a file without keeping anything.
    Read {
        file: PathBuf,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        /// When it was published, ISO 8601.
        #[arg(long)]
        published: Option<String>,
    },
    /// Score all records against each other; pairs then wait for a judgement in the pages.
    Link {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        key: Key,
        /// Join pairs at or above this weight (bits), in the threshold's name.
        #[arg(long)]
        threshold: Option<f64>,
    },
    /// Estimate how many were never recorded, from a table or from the hub's own lists.
    Estimate {
        /// A CSV: a 0/1 column per list, and count. Left out: the lists of the hub in --data.
        table: Option<PathBuf>,
        /// main-effects or chao; both when left out.
        #[arg(long)]
        method: Option<String>,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        /// Of the intervals: 0.8, 0.9, 0.95 or 0.99.
        #[arg(long, default_value_t = 0.95)]
        level: f64,
        #[arg(long, env = "HUE_DATA")]
        data: Option<PathBuf>,
        #[arg(long, env = "HUE_STORE", hide_env_values = true)]
        store: Option<String>,
        #[arg(long = "as", value_name = "LOGIN")]
        login: Option<String>,
    },
    /// Ledger addresses, transfers and traces.
    Money {
        #[command(subcommand)]
        command: Money,
    },
    /// Partners: our card, and enrolling theirs.
    Partner {
        #[command(subcommand)]
        command: Partner,
    },
    /// Bundles on files: save a referral's newest, or take one in.
    Bundle {
        #[command(subcommand)]
        command: Bundle,
    },
    /// Draft, publish and release.
    Publish {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        key: Key,
        /// Draft a brief of this title from all reports that are not synthetic, and publish it.
        #[arg(long)]
        brief: Option<String>,
        /// Release the table of open data.
        #[arg(long)]
        data_table: bool,
    },
    /// Check the journal's chain, every document and every signature; name the first damage.
    Check {
        #[command(flatten)]
        place: Place,
        /// Also open every document and compare it with what was received.
        #[arg(long = "as", value_name = "LOGIN")]
        login: Option<String>,
    },
    /// Print a one-time link for a new member.
    Invite {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        key: Key,
        /// caseworker, coordinator, analyst, investigator, editor or administrator.
        #[arg(long)]
        role: String,
        #[arg(long, default_value = "http://127.0.0.1:4870")]
        base: String,
    },
}

#[derive(Subcommand)]
pub enum Money {
    /// Find and verify addresses in a text ("-" reads standard input).
    Addresses { text: String },
    /// Add transfers to the hub's ledger from a CSV (ethereum-etl's token_transfers).
    Import {
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Add tags (address,kind,entity) from a CSV.
    Tags {
        file: PathBuf,
        #[arg(long)]
        source: String,
        #[command(flatten)]
        place: Place,
    },
    /// Follow a payment under FIFO.
    Trace {
        /// The transaction's hash.
        tx: String,
        #[command(flatten)]
        place: Place,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

#[derive(Subcommand)]
pub enum Partner {
    /// Print our card; it holds no secret.
    Card {
        #[command(flatten)]
        place: Place,
        /// Where our hub can be reached.
        #[arg(long)]
        url: Option<String>,
    },
    /// Enrol a partner's card, once its fingerprint was compared over another channel.
    Add {
        card: PathBuf,
        /// The fingerprint that the partner read to you.
        #[arg(long)]
        fingerprint: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
pub enum Bundle {
    /// Write a referral's newest bundle to a file.
    Save {
        referral: String,
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Take in a bundle from a file.
    TakeIn {
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum KindOf {
    Protection,
    Enforcement,
    Exchange,
}
