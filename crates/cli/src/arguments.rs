//! Arguments and their help.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use evidence::Viewer;

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
        /// Who gave them to us: an organization or a role. It is printed in briefs and stands unsealed: name no
        /// private person here.
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
        /// They are public (a study, a press article), so that briefs may print their words. Otherwise briefs cite the
        /// place and withhold the words.
        #[arg(long)]
        public: bool,
        /// The people in them are invented.
        #[arg(long)]
        synthetic: bool,
        /// The columns of sheets hold what `hue columns` says; asked once for sheets with the same headers.
        #[arg(long)]
        confirm_columns: bool,
    },
    /// Print what each column of a sheet would be taken for, without keeping anything.
    Columns { file: PathBuf },
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
    /// Places: dossiers, exact points, and the names that several places bear.
    Place {
        #[command(subcommand)]
        command: Places,
    },
    /// Pairs of records: the same person? Judged by people, and taken back.
    Pair {
        #[command(subcommand)]
        command: Pairs,
    },
    /// Ledger addresses, transfers and traces.
    Money {
        #[command(subcommand)]
        command: Money,
    },
    /// Print what needs somebody now: what is overdue, what came in, the most urgent cases. Nothing is opened.
    Queue {
        #[command(flatten)]
        place: Place,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Cases: a person or family, what they need and what they agreed to.
    Case {
        #[command(subcommand)]
        command: Case,
    },
    /// Referrals: previewed as they will be sent, sent, answered, recalled.
    Refer {
        #[command(subcommand)]
        command: Refer,
    },
    /// Who was asked what, and what they answered. Briefs print it, silence included.
    Ask {
        #[command(subcommand)]
        command: Ask,
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
pub enum Places {
    /// List the places of the register that reports name, most often first.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Print a place's dossier: what was said about it, by date, with source and grade.
    Show {
        /// The register's id, such as MM-KKP.
        id: String,
        #[command(flatten)]
        place: Place,
    },
    /// Keep the exact point of a place, sealed, read from a file or from standard input ("-"): "16.6312, 98.5179".
    Point {
        id: String,
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Open the exact point of a place. The opening is in the journal.
    Open {
        id: String,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        key: Key,
    },
    /// List the names that several places bear, each with its candidates.
    Questions {
        #[command(flatten)]
        place: Place,
    },
    /// Say which place a name means. The claim is superseded, not edited.
    Answer {
        /// The question's id, as `questions` prints it.
        question: String,
        /// One of its candidates, or "none".
        answer: String,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        key: Key,
    },
}

#[derive(Subcommand)]
pub enum Pairs {
    /// List scored pairs with their weights, highest first. Nobody is named.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Judge a pair.
    Judge {
        left: String,
        right: String,
        /// same, different or unsure.
        outcome: String,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        key: Key,
    },
    /// Take a judgement back.
    Withdraw {
        left: String,
        right: String,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        key: Key,
    },
}

#[derive(Subcommand)]
pub enum Case {
    /// Open a case from a file, or from standard input with "-"; never from arguments, which others can read.
    ///
    /// TOML: name, birth_date, nationality, passport, phone, last_place, family (who is with them, one a line), note,
    /// compelled_act; risk (low, medium, high or extreme); child and synthetic (true or false); needs and signals
    /// (lists; a word that is not of them is answered with the list). Leave out what is not known.
    New {
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// List the cases without opening any.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Open a case and print it. The opening is in the journal.
    Show {
        /// The case's id, as `list` prints it.
        id: String,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        key: Key,
    },
    /// Record what the person agreed to.
    Consent {
        id: String,
        /// protection, enforcement or exchange.
        #[arg(long)]
        recipient: String,
        /// What for; and how it was given: in person, by telephone, by a guardian. Name nobody: others can read arguments.
        #[arg(long)]
        purpose: String,
        #[arg(long)]
        given: String,
        /// Until when, RFC 3339; until withdrawn when left out.
        #[arg(long)]
        until: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Record that the person took it back; what was sent by it is recalled at once.
    Withdraw {
        id: String,
        #[arg(long)]
        recipient: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
pub enum Refer {
    /// Print what a partner would get and what is kept back: the very view that `send` sends.
    Preview(Referring),
    /// Send it. `hue serve` delivers it, or `hue refer deliver`, or a file by `hue bundle save`.
    Send(Referring),
    /// List the referrals, in and out, with their states and deadlines.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Open one that came in. The sender gets a signed receipt of it.
    Open {
        id: String,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        key: Key,
    },
    /// Accept, decline, act on, close or recall: signed by this hub.
    Step {
        id: String,
        #[arg(value_enum)]
        step: StepOf,
        /// Why it is declined or recalled, or what was done. It is sent: name nobody in it.
        #[arg(long, default_value = "")]
        reason: String,
        #[command(flatten)]
        place: Place,
    },
    /// Carry what waits to the partners that have an address.
    Deliver {
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Args)]
pub struct Referring {
    /// The case's id, as `hue case list` prints it.
    pub case: String,
    /// The partner's fingerprint.
    pub partner: String,
    /// What is asked of them.
    #[arg(long)]
    pub service: String,
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub key: Key,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum StepOf {
    Accept,
    Decline,
    Act,
    Close,
    Recall,
}

#[derive(Subcommand)]
pub enum Ask {
    /// Record that somebody was asked.
    New {
        /// Who was asked.
        #[arg(long)]
        body: String,
        /// What.
        #[arg(long)]
        question: String,
        #[command(flatten)]
        place: Place,
    },
    /// Record the answer.
    Answer {
        id: String,
        /// In their words; "declined to comment" is an answer.
        #[arg(long)]
        outcome: String,
        #[command(flatten)]
        place: Place,
    },
    /// List what was asked.
    List {
        #[command(flatten)]
        place: Place,
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
        /// What they are: what they may be sent hangs on it. The card must say the same.
        #[arg(long, value_enum)]
        kind: KindOf,
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
    /// Protects and serves: consulate, shelter, hospital, organisation.
    Protection,
    /// Enforces: police, prosecutor, immigration.
    Enforcement,
    /// Can freeze money.
    Exchange,
}

impl From<KindOf> for Viewer {
    fn from(kind: KindOf) -> Self {
        match kind {
            KindOf::Protection => Self::Protection,
            KindOf::Enforcement => Self::Enforcement,
            KindOf::Exchange => Self::Exchange,
        }
    }
}
