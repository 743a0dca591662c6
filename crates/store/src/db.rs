//! Two databases behind one transaction type. What differs between them is in this file and nowhere else.

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    Column, PgPool, Postgres, Row as _, Sqlite, SqlitePool, TypeInfo, ValueRef,
    postgres::{PgPoolOptions, PgRow},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous},
};

use sha2::{Digest, Sha256};

use crate::StoreError;

/// A store, open and up to date.
#[derive(Clone)]
pub enum Store {
    /// One writer and several readers: a reader that becomes a writer would meet SQLITE_BUSY.
    Sqlite {
        write: SqlitePool,
        read: SqlitePool,
    },
    Postgres(PgPool),
}

enum Inner {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// A named transaction. Dropped without [`Tx::commit`], it never happened.
pub struct Tx {
    inner: Inner,
    name: &'static str,
    writes: usize,
    pub(crate) journaled: usize,
}

/// A value on its way into a statement.
#[derive(Debug, Clone)]
pub enum Param {
    Text(Option<String>),
    Int(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! params {
    ($($from:ty => |$v:ident| $to:expr),+ $(,)?) => {$(
        impl From<$from> for Param {
            fn from($v: $from) -> Self { $to }
        }
    )+};
}
params! {
    &str => |v| Self::Text(Some(v.to_owned())),
    String => |v| Self::Text(Some(v)),
    &String => |v| Self::Text(Some(v.clone())),
    Option<String> => |v| Self::Text(v),
    Option<&str> => |v| Self::Text(v.map(str::to_owned)),
    i64 => |v| Self::Int(Some(v)),
    u32 => |v| Self::Int(Some(i64::from(v))),
    usize => |v| Self::Int(Some(i64::try_from(v).unwrap_or(i64::MAX))),
    bool => |v| Self::Int(Some(i64::from(v))),
    Option<i64> => |v| Self::Int(v),
    Vec<u8> => |v| Self::Bytes(Some(v)),
    &[u8] => |v| Self::Bytes(Some(v.to_vec())),
    Option<Vec<u8>> => |v| Self::Bytes(v),
    jiff::Timestamp => |v| Self::Text(Some(instant(v))),
    Option<jiff::Timestamp> => |v| Self::Text(v.map(instant)),
}

/// RFC 3339 in UTC to the second: instants of one width sort as text.
#[must_use]
pub fn instant(at: jiff::Timestamp) -> String {
    jiff::Timestamp::from_second(at.as_second())
        .unwrap_or(at)
        .to_string()
}

/// A row, its columns by name.
#[derive(Debug)]
pub struct Row(Vec<(String, Param)>);

impl Row {
    fn get(&self, column: &str) -> Option<&Param> {
        self.0.iter().find(|(name, _)| name == column).map(|(_, v)| v)
    }

    /// The text of a column; empty when it is null.
    #[must_use]
    pub fn text(&self, column: &str) -> String {
        self.maybe(column).unwrap_or_default()
    }

    #[must_use]
    pub fn maybe(&self, column: &str) -> Option<String> {
        match self.get(column) {
            Some(Param::Text(v)) => v.clone(),
            _ => None,
        }
    }

    #[must_use]
    pub fn int(&self, column: &str) -> i64 {
        self.maybe_int(column).unwrap_or(0)
    }

    #[must_use]
    pub fn maybe_int(&self, column: &str) -> Option<i64> {
        match self.get(column) {
            Some(Param::Int(v)) => *v,
            _ => None,
        }
    }

    /// Every column with its name and length, in the order of the names: the same for the same row on both databases.
    pub(crate) fn hash_into(&self, hasher: &mut Sha256) {
        let mut columns: Vec<&(String, Param)> = self.0.iter().collect();
        columns.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, value) in columns {
            let value = match value {
                Param::Text(v) => v.as_ref().map(|v| v.as_bytes().to_vec()),
                Param::Int(v) => v.map(|v| v.to_string().into_bytes()),
                Param::Bytes(v) => v.clone(),
            };
            hasher.update(name);
            hasher.update(
                value
                    .as_ref()
                    .map_or(-1, |v| i64::try_from(v.len()).unwrap_or(i64::MAX))
                    .to_be_bytes(),
            );
            hasher.update(value.unwrap_or_default());
        }
    }

    #[must_use]
    pub fn bytes(&self, column: &str) -> Vec<u8> {
        match self.get(column) {
            Some(Param::Bytes(Some(v))) => v.clone(),
            _ => Vec::new(),
        }
    }

    /// A column that must parse; what does not is damage, and named.
    ///
    /// # Errors
    /// When the text is not of the type.
    pub fn parse<T: FromStr>(&self, table: &'static str, column: &'static str) -> Result<T, StoreError> {
        let value = self.text(column);
        value.parse().map_err(|_| StoreError::Damaged {
            table,
            column,
            id: self.text("id"),
            value: value.chars().take(60).collect(),
        })
    }
}

impl Store {
    /// Opens the SQLite database of a data folder and brings it up to date.
    ///
    /// # Errors
    /// When it cannot be opened, or was written by a newer version.
    pub async fn open_sqlite(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL, not NORMAL: what was acknowledged survives the plug being pulled.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is erased is overwritten, not only forgotten.
            .pragma("secure_delete", "ON")
            .busy_timeout(Duration::from_secs(30));
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!("./migrations/sqlite").run(&write).await?;
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options.read_only(true))
            .await?;
        Ok(Self::Sqlite { write, read })
    }

    /// Opens a PostgreSQL database and brings it up to date.
    ///
    /// # Errors
    /// When it cannot be reached, or was written by a newer version.
    pub async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(15))
            .connect(url)
            .await?;
        sqlx::migrate!("./migrations/postgres").run(&pool).await?;
        Ok(Self::Postgres(pool))
    }

    /// Begins a writing transaction. Writers take turns, so that the journal is one chain.
    ///
    /// # Errors
    /// When the database is gone or busy for longer than half a minute.
    pub async fn write(&self, name: &'static str) -> Result<Tx, StoreError> {
        let inner = match self {
            Self::Sqlite { write, .. } => Inner::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                sqlx::query("SELECT pg_advisory_xact_lock(4871215)")
                    .execute(&mut *tx)
                    .await?;
                Inner::Postgres(tx)
            }
        };
        Ok(Tx {
            inner,
            name,
            writes: 0,
            journaled: 0,
        })
    }

    /// Begins a reading transaction: one moment of the store, seen whole.
    ///
    /// # Errors
    /// When the database is gone.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        let inner = match self {
            Self::Sqlite { read, .. } => Inner::Sqlite(read.begin().await?),
            Self::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .execute(&mut *tx)
                    .await?;
                Inner::Postgres(tx)
            }
        };
        Ok(Tx {
            inner,
            name: "read",
            writes: 0,
            journaled: 0,
        })
    }

    /// Closes every connection; SQLite's write-ahead log is folded into the database.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Changes rows and says how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn execute(
        &mut self,
        sql: &'static str,
        params: impl IntoIterator<Item = Param>,
    ) -> Result<u64, StoreError> {
        self.writes += 1;
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => {
                let mut query = sqlx::query(sql);
                for p in params {
                    query = match p {
                        Param::Text(v) => query.bind(v),
                        Param::Int(v) => query.bind(v),
                        Param::Bytes(v) => query.bind(v),
                    };
                }
                query.execute(&mut **tx).await?.rows_affected()
            }
            Inner::Postgres(tx) => {
                let mut query = sqlx::query(sql);
                for p in params {
                    query = match p {
                        Param::Text(v) => query.bind(v),
                        Param::Int(v) => query.bind(v),
                        Param::Bytes(v) => query.bind(v),
                    };
                }
                query.execute(&mut **tx).await?.rows_affected()
            }
        })
    }

    /// Reads rows.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn rows(
        &mut self,
        sql: &'static str,
        params: impl IntoIterator<Item = Param>,
    ) -> Result<Vec<Row>, StoreError> {
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => {
                let mut query = sqlx::query(sql);
                for p in params {
                    query = match p {
                        Param::Text(v) => query.bind(v),
                        Param::Int(v) => query.bind(v),
                        Param::Bytes(v) => query.bind(v),
                    };
                }
                query
                    .fetch_all(&mut **tx)
                    .await?
                    .iter()
                    .map(from_sqlite)
                    .collect::<Result<_, _>>()?
            }
            Inner::Postgres(tx) => {
                let mut query = sqlx::query(sql);
                for p in params {
                    query = match p {
                        Param::Text(v) => query.bind(v),
                        Param::Int(v) => query.bind(v),
                        Param::Bytes(v) => query.bind(v),
                    };
                }
                query
                    .fetch_all(&mut **tx)
                    .await?
                    .iter()
                    .map(from_postgres)
                    .collect::<Result<_, _>>()?
            }
        })
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn row(
        &mut self,
        sql: &'static str,
        params: impl IntoIterator<Item = Param>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, params).await?.into_iter().next())
    }

    /// A single number, 0 when there is none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn number(
        &mut self,
        sql: &'static str,
        params: impl IntoIterator<Item = Param>,
    ) -> Result<i64, StoreError> {
        let row = self.row(sql, params).await?;
        Ok(row
            .and_then(|r| {
                r.0.into_iter()
                    .find_map(|(_, v)| if let Param::Int(v) = v { v } else { None })
            })
            .unwrap_or(0))
    }

    /// Makes it so.
    ///
    /// # Errors
    /// When something was written and nothing journalled: then nothing is kept.
    pub async fn commit(self) -> Result<(), StoreError> {
        if self.writes > 0 && self.journaled == 0 {
            return Err(StoreError::Unjournaled(self.name));
        }
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    #[must_use]
    pub fn is_postgres(&self) -> bool {
        matches!(self.inner, Inner::Postgres(_))
    }
}

fn from_sqlite(row: &SqliteRow) -> Result<Row, StoreError> {
    let mut out = Vec::with_capacity(row.columns().len());
    for (i, column) in row.columns().iter().enumerate() {
        let raw = row.try_get_raw(i)?;
        let value = if raw.is_null() {
            Param::Text(None)
        } else {
            match raw.type_info().name() {
                "INTEGER" | "BIGINT" => Param::Int(Some(row.try_get(i)?)),
                "BLOB" => Param::Bytes(Some(row.try_get(i)?)),
                // Text that is no UTF-8 was written by no version of this program: it is damage, for `check` to name.
                _ => match row.try_get(i) {
                    Ok(text) => Param::Text(Some(text)),
                    Err(_) => Param::Bytes(Some(row.try_get_unchecked(i)?)),
                },
            }
        };
        out.push((column.name().to_owned(), value));
    }
    Ok(Row(out))
}

fn from_postgres(row: &PgRow) -> Result<Row, StoreError> {
    let mut out = Vec::with_capacity(row.columns().len());
    for (i, column) in row.columns().iter().enumerate() {
        let value = match column.type_info().name() {
            "INT8" => Param::Int(row.try_get(i)?),
            "INT4" => Param::Int(row.try_get::<Option<i32>, _>(i)?.map(i64::from)),
            "BYTEA" => Param::Bytes(row.try_get(i)?),
            _ => Param::Text(row.try_get(i)?),
        };
        out.push((column.name().to_owned(), value));
    }
    Ok(Row(out))
}

/// The live schema as `table.column`, for the comparison with what visibility.toml decides.
///
/// # Errors
/// When the database refuses.
pub async fn columns(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let sql = if tx.is_postgres() {
        "SELECT table_name || '.' || column_name AS field FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%' ORDER BY 1"
    } else {
        "SELECT m.name || '.' || c.name AS field FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%' ORDER BY 1"
    };
    Ok(tx.rows(sql, []).await?.iter().map(|r| r.text("field")).collect())
}
