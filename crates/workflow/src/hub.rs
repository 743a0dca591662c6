//! A hub: one organisation's store, its signing key, and the moment in which something is done.

use std::path::{Path, PathBuf};

use evidence::{Viewer, id::Entropy};
use jiff::Timestamp;
use response::Signer;
use store::{Actor, Store, StoreError, VaultKey, members, seal};

/// Why a step did not happen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkflowError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Read(#[from] intake::ReadError),
    #[error(transparent)]
    Ledger(#[from] money::LedgerError),
    #[error(transparent)]
    Table(#[from] estimate::TableError),
    #[error(transparent)]
    Transition(#[from] response::TransitionError),
    #[error(transparent)]
    Bundle(#[from] response::BundleError),
    #[error(transparent)]
    Unsourced(#[from] publish::brief::Unsourced),
    #[error("{path}: {why}")]
    File { path: String, why: String },
    #[error("{0}")]
    Refused(String),
}

/// When something is done, and by whom.
#[derive(Debug, Clone)]
pub struct Moment {
    pub at: Timestamp,
    pub actor: Actor,
}

/// An organisation's hub, open.
#[derive(Clone)]
pub struct Hub {
    pub store: Store,
    pub signer: Signer,
    pub card: members::Hub,
    pub folder: PathBuf,
}

/// What a new hub is made with.
#[derive(Debug, Clone)]
pub struct NewHub {
    pub name: String,
    pub kind: Viewer,
    pub country: String,
}

const KEY_FILE: &str = "hub.key";
const DATABASE: &str = "hue.db";

impl Hub {
    /// Makes a hub in an empty data folder. Returns it with the vault's key, which is kept nowhere: the first member's
    /// one-time link must be made from it before it is dropped.
    ///
    /// # Errors
    /// When the folder holds a hub already, or cannot be written.
    pub async fn create(
        folder: &Path,
        url: Option<&str>,
        new: &NewHub,
        moment: &Moment,
    ) -> Result<(Self, VaultKey), WorkflowError> {
        let file = |e: std::io::Error| WorkflowError::File {
            path: folder.display().to_string(),
            why: e.to_string(),
        };
        std::fs::create_dir_all(folder).map_err(file)?;
        private(folder, 0o700).map_err(file)?;
        let path = folder.join(KEY_FILE);
        let store = open_store(folder, url).await?;
        let mut tx = store.write("init").await?;
        if path.exists() || tx.hub().await?.is_some() {
            return Err(WorkflowError::Refused(format!(
                "{} already holds a hub; nothing was changed",
                folder.display()
            )));
        }
        let mut seed = [0; 32];
        seal::random(&mut seed)?;
        let signer = Signer::from_seed(&seed);
        let (key, recipient) = VaultKey::generate();
        let card = members::Hub {
            name: new.name.clone(),
            kind: new.kind,
            country: new.country.clone(),
            recipient,
            verifying_key: hex::encode(signer.public()),
        };
        write_private(&path, &hex::encode(seed)).map_err(file)?;
        let made = async {
            tx.create_hub(&card, moment.at).await?;
            for place in places::Gazetteer::built_in().register() {
                if let Some(id) = &place.id {
                    tx.put_dossier(id, None, place.coarse(), &place.precision, &place.basis)
                        .await?;
                }
            }
            tx.commit().await
        }
        .await;
        if let Err(error) = made {
            // Without its row the key is nobody's: the folder is left as it was found.
            let _ = std::fs::remove_file(&path);
            return Err(error.into());
        }
        Ok((
            Self {
                store,
                signer,
                card,
                folder: folder.to_owned(),
            },
            key,
        ))
    }

    /// Opens the hub of a data folder.
    ///
    /// # Errors
    /// When there is none, or it was written by a newer version.
    pub async fn open(folder: &Path, url: Option<&str>) -> Result<Self, WorkflowError> {
        let path = folder.join(KEY_FILE);
        let missing = |why: String| StoreError::NoFolder {
            path: folder.display().to_string(),
            why,
        };
        let text = std::fs::read_to_string(&path).map_err(|e| missing(e.to_string()))?;
        let seed =
            response::sign::key(text.trim()).ok_or_else(|| missing(format!("{KEY_FILE} is not a key")))?;
        let store = open_store(folder, url).await?;
        let card = store
            .read()
            .await?
            .hub()
            .await?
            .ok_or_else(|| missing("its database holds no hub".into()))?;
        let signer = Signer::from_seed(&seed);
        if hex::encode(signer.public()) != card.verifying_key {
            return Err(WorkflowError::Refused(format!(
                "{} does not belong to this database: put back the key file of this hub",
                path.display()
            )));
        }
        Ok(Self {
            store,
            signer,
            card,
            folder: folder.to_owned(),
        })
    }

    /// The vault's key, opened by a member's pass phrase.
    ///
    /// # Errors
    /// When login or phrase is wrong; which of the two is not said.
    pub async fn unlock(
        &self,
        login: &str,
        phrase: &str,
    ) -> Result<(members::Member, VaultKey), WorkflowError> {
        self.store
            .read()
            .await?
            .unlock(login, phrase)
            .await?
            .ok_or_else(|| WorkflowError::Refused("login or pass phrase is wrong; nothing was opened".into()))
    }
}

async fn open_store(folder: &Path, url: Option<&str>) -> Result<Store, WorkflowError> {
    Ok(match url {
        Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            Store::open_postgres(url).await?
        }
        Some(other) => {
            let scheme: String = other.chars().take_while(|c| *c != ':').collect();
            return Err(WorkflowError::Refused(format!(
                "“{scheme}” is no kind of store: leave it out for SQLite or write postgres://…"
            )));
        }
        None => Store::open_sqlite(&folder.join(DATABASE)).await?,
    })
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(unix)]
fn private(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn private(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

/// Randomness for an identifier.
///
/// # Errors
/// When the operating system gives none.
pub(crate) fn entropy() -> Result<Entropy, StoreError> {
    let mut bytes = [0; 10];
    seal::random(&mut bytes)?;
    Ok(bytes)
}
