//! `hue-cluster`: linkage and tracing for files that one machine cannot hold.

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use cluster::ClusterError;

/// Links people and traces money on an Apache Ballista cluster
#[derive(Parser)]
#[command(version, about)]
enum Command {
    /// Prints the pairs of people that are probably one: their ids and the weight in bits
    Pairs {
        /// CSV with id,name,birth_date,nationality,passport,phone
        people: PathBuf,
        /// The least weight to print, in bits
        #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
        least: f64,
        /// How many rows to learn from
        #[arg(long, default_value_t = 1_000_000)]
        sample: usize,
    },
    /// Follows one transfer first-in-first-out and prints where its value lies
    Trace {
        /// token_transfers CSV, as ethereum-etl writes it
        ledger: PathBuf,
        /// CSV with address,kind,entity: where a trace ends
        #[arg(long)]
        tags: Option<PathBuf>,
        /// Hash of the reported transaction
        #[arg(long)]
        tx: String,
        /// A folder that every executor can open; it is left as it was found
        #[arg(long)]
        scratch: PathBuf,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Command::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hue-cluster: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), ClusterError> {
    match command {
        Command::Pairs {
            people,
            least,
            sample,
        } => {
            let model = cluster::link::learn(&people, sample).await?;
            println!("left,right,weight");
            for pair in cluster::link::pairs(&people, model, least).await? {
                println!("{},{},{:.3}", pair.left, pair.right, pair.weight);
            }
        }
        Command::Trace {
            ledger,
            tags,
            tx,
            scratch,
        } => trace(ledger, tags, &tx, scratch).await?,
    }
    Ok(())
}

async fn trace(
    ledger: PathBuf,
    tags: Option<PathBuf>,
    tx: &str,
    scratch: PathBuf,
) -> Result<(), ClusterError> {
    let bad = |path: &PathBuf, why: String| ClusterError::File {
        path: path.display().to_string(),
        why,
    };
    let read = |path: &PathBuf| std::fs::read(path).map_err(|e| bad(path, e.to_string()));
    let (transfers, _) = money::Ledger::read_csv(&read(&ledger)?).map_err(|e| bad(&ledger, e.to_string()))?;
    let tags = match &tags {
        Some(path) => money::ledger::read_tags(&read(path)?, "file").map_err(|e| bad(path, e.to_string()))?,
        None => Vec::new(),
    };
    let services: HashSet<String> = tags
        .into_iter()
        .filter(money::Tag::is_service)
        .map(|t| t.address)
        .collect();
    let start = transfers
        .transfers
        .iter()
        .position(|t| t.tx == tx)
        .ok_or_else(|| bad(&ledger, format!("no transfer has the hash {tx}")))?;
    let work = scratch.join(format!("hue-{}", std::process::id()));
    std::fs::create_dir(&work).map_err(|e| bad(&work, e.to_string()))?;
    let traced = cluster::trace::fifo(&transfers, start, &services, &work).await;
    std::fs::remove_dir_all(&work).map_err(|e| bad(&work, e.to_string()))?;
    let traced = traced?;
    println!("place,base_units");
    for (service, units) in &traced.services {
        println!("{service},{units}");
    }
    println!("unmoved,{}", traced.dormant);
    println!("not followed,{}", traced.cut);
    Ok(())
}
