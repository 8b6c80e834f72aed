//! The two doors and the threads behind them.

use crate::connection::{Backend, Connection, Target};
use crate::door::Door;
use crate::error::{Error, OpenError};
use crate::health::{Health, Pulse};
use crate::lock::ServerLock;
use crate::migrate::{self, MigrateError, MigrationReport, Migrations};
use crate::options::{Options, READS_WAITING_PER_THREAD, UNITS_PER_CONNECTION, WRITES_WAITING};
use crate::pool::Seat;
use crate::queue::{Queue, Served};
use crate::unit::{Access, Turn};
use crate::writer::{self, Writer};
use parking_lot::Mutex;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;
use tokio::sync::{Semaphore, watch};

/// An open database. Clones share it; the threads end with the last clone or with [`close`](Database::close).
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    target: Target,
    reads: Door,
    writes: Door,
    readers: Mutex<Vec<JoinHandle<()>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    /// True once a thread has ended by itself.
    lost: Arc<watch::Sender<bool>>,
    pulse: Arc<Pulse>,
}

impl Database {
    /// Opens the database, creating the SQLite file and its folder if they are missing. One connection is made
    /// at once, so that a wrong address is heard here and not at the first query.
    pub async fn open(options: Options) -> Result<Database, OpenError> {
        let opened = tokio::task::spawn_blocking(move || open(&options)).await;
        opened.unwrap_or_else(|panic| Err(OpenError::Connect(panic.to_string())))
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        self.inner.target.backend()
    }

    /// Runs a unit that only reads. All its statements see the database at one moment. On SQLite a statement
    /// that writes fails.
    pub async fn read<T, E, F>(&self, unit: F) -> Result<T, E>
    where
        F: FnMut(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.inner.reads.pass(Access::Read, None, unit).await
    }

    /// Runs a unit that only reads, and that with a single statement: its view of the database is that statement's own, so it
    /// needs no transaction, which on PostgreSQL would cost two round trips more. A unit that runs a second statement gets
    /// [`Error::SecondStatement`].
    pub async fn query<T, E, F>(&self, unit: F) -> Result<T, E>
    where
        F: FnMut(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.inner.reads.pass(Access::Query, None, unit).await
    }

    /// Runs a unit that writes, in a transaction that is rolled back if the unit returns an error or panics.
    /// Returns only after the commit is durable. The unit may run more than once if it loses a race, but only
    /// before its commit was sent; so it must have no effect except on the database, and must be quick.
    ///
    /// The unit runs to its end even if this future is dropped after it got its permit.
    pub async fn write<T, E, F>(&self, unit: F) -> Result<T, E>
    where
        F: FnMut(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.inner.writes.pass(Access::Write, None, unit).await
    }

    /// Like [`write`](Database::write), for a unit that begins by locking what `key` names, such as an account. On PostgreSQL
    /// the units of one key take turns here, so that a burst of them waits in line and not with every connection of the pool in
    /// front of one lock. On SQLite all writes take turns anyway.
    pub async fn write_in_turn<T, E, F>(&self, key: &str, unit: F) -> Result<T, E>
    where
        F: FnMut(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let turn = (self.backend() == Backend::Postgres).then(|| Turn::of(key));
        self.inner.writes.pass(Access::Write, turn, unit).await
    }

    /// Brings the schema up to date; see [`Migrations`].
    pub async fn migrate(&self, migrations: Migrations) -> Result<MigrationReport, MigrateError> {
        let target = self.inner.target.clone();
        let done = tokio::task::spawn_blocking(move || migrate::run(&target, &migrations)).await;
        done.unwrap_or_else(|panic| Err(MigrateError::Failed(panic.to_string())))
    }

    /// Versions that [`Database::migrate`] would apply, oldest first.
    pub async fn pending(&self, migrations: Migrations) -> Result<Vec<String>, MigrateError> {
        let target = self.inner.target.clone();
        let done = tokio::task::spawn_blocking(move || migrate::versions_pending(&target, &migrations)).await;
        done.unwrap_or_else(|panic| Err(MigrateError::Failed(panic.to_string())))
    }

    /// How the threads behind the doors are. Asks nothing of them.
    pub fn health(&self) -> Health {
        if *self.inner.lost.borrow() {
            return Health::Gone;
        }
        self.inner.pulse.silent_for(Instant::now()).map_or(Health::Well, Health::Silent)
    }

    /// Waits until a thread has ended that nobody had asked to: [`Health::Gone`]. Never comes otherwise.
    pub async fn gone(&self) {
        let mut lost = self.inner.lost.subscribe();
        // The sender lives as long as this database.
        drop(lost.wait_for(|lost| *lost).await);
    }

    /// The line in front of the thread that writes.
    pub(crate) fn write_queue(&self) -> &Queue {
        &self.inner.writes.queue
    }

    /// Serves what waits, folds the WAL into the file, gives up the lock. Other clones hear
    /// [`Error::Closed`] from now on.
    pub async fn close(self) {
        let closed = tokio::task::spawn_blocking(move || {
            // Readers first: the WAL cannot be cut while one of them looks at it.
            self.inner.reads.queue.close();
            let readers = std::mem::take(&mut *self.inner.readers.lock());
            readers.into_iter().for_each(join);
            self.inner.writes.queue.close();
            self.inner.writer.lock().take().into_iter().for_each(join);
        });
        if let Err(error) = closed.await {
            tracing::error!(%error, "closing the database failed");
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.reads.queue.close();
        self.writes.queue.close();
    }
}

fn join(thread: JoinHandle<()>) {
    if thread.join().is_err() {
        tracing::error!("a database thread had panicked");
    }
}

fn open(options: &Options) -> Result<Database, OpenError> {
    let target = Target::of(options);
    match &target {
        Target::Postgres { .. } => open_postgres(options, target),
        Target::Sqlite { path } => {
            let path = path.clone();
            open_sqlite(options, target, &path)
        }
    }
}

fn open_postgres(options: &Options, target: Target) -> Result<Database, OpenError> {
    // libpq's texts name host, port and user, never the password.
    target.connect(Access::Write).map_err(|error| OpenError::Connect(error.to_string()))?;
    let queue = Arc::new(Queue::default());
    let threads = options.pool_size.max(1) as usize;
    let lost = Arc::new(watch::Sender::new(false));
    let readers = start_seats(&target, Access::Write, &queue, threads, &lost)?;
    let permits = Arc::new(Semaphore::new(threads * UNITS_PER_CONNECTION));
    let door = || Door { queue: Arc::clone(&queue), permits: Arc::clone(&permits), patience: options.permit_timeout };
    Ok(Database {
        inner: Arc::new(Inner {
            target,
            reads: door(),
            writes: door(),
            readers: Mutex::new(readers),
            writer: Mutex::new(None),
            lost,
            pulse: Arc::default(),
        }),
    })
}

fn open_sqlite(options: &Options, target: Target, path: &Path) -> Result<Database, OpenError> {
    prepare_file(path)?;
    let lock = if options.exclusive { Some(ServerLock::take(path)?) } else { None };
    let writes = Arc::new(Queue::default());
    let reads = Arc::new(Queue::default());
    let connection = writer::open(&target).map_err(|error| OpenError::Connect(error.to_string()))?;
    let (lost, pulse) = (Arc::new(watch::Sender::new(false)), Arc::new(Pulse::default()));
    let writer =
        Writer { target: target.clone(), queue: Arc::clone(&writes), connection: Some(connection), pulse: Arc::clone(&pulse), _lock: lock };
    let served = Served::by_one_more(&writes, &lost);
    let writer = start_thread("db-writer", move || {
        let _served = served;
        writer.serve();
    })?;
    // Readers of a file compete for processors only, so more of them than processors gain nothing.
    let processors = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    let threads = (options.pool_size.max(1) as usize).min(processors);
    let readers = start_seats(&target, Access::Read, &reads, threads, &lost)?;
    let door = |queue, permits| Door { queue, permits: Arc::new(Semaphore::new(permits)), patience: options.permit_timeout };
    Ok(Database {
        inner: Arc::new(Inner {
            target,
            reads: door(reads, threads * READS_WAITING_PER_THREAD),
            writes: door(writes, WRITES_WAITING),
            readers: Mutex::new(readers),
            writer: Mutex::new(Some(writer)),
            lost,
            pulse,
        }),
    })
}

fn start_seats(
    target: &Target,
    access: Access,
    queue: &Arc<Queue>,
    threads: usize,
    lost: &Arc<watch::Sender<bool>>,
) -> Result<Vec<JoinHandle<()>>, OpenError> {
    let seat = |_| {
        let seat = Seat { target: target.clone(), access, queue: Arc::clone(queue), connected: None };
        let served = Served::by_one_more(queue, lost);
        start_thread("db-pool", move || {
            let _served = served;
            seat.serve();
        })
    };
    (0..threads).map(seat).collect()
}

fn start_thread(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, OpenError> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body).map_err(OpenError::Thread)
}

/// Makes the folder and an empty file that only its owner may read, and refuses a file of another kind.
fn prepare_file(path: &Path) -> Result<(), OpenError> {
    if path.as_os_str().is_empty() || path.as_os_str() == ":memory:" {
        return Err(OpenError::InMemory);
    }
    let failed = |source| OpenError::NotWritable { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut options = std::fs::OpenOptions::new();
    let opened = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    let mut head = Vec::new();
    opened.and_then(|file| file.take(16).read_to_end(&mut head)).map_err(failed)?;
    // https://www.sqlite.org/fileformat.html, section 1.3.1
    if head.is_empty() || head == b"SQLite format 3\0" {
        return Ok(());
    }
    Err(OpenError::NotADatabase(path.to_owned()))
}
