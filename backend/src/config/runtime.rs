//! Settings that an admin may change while the server runs. The table `system_config` has a row only for what
//! was changed; this module knows the keys, checks values, and says what is in force and where it comes from.
//! Reading and writing the table is left to others.

use std::collections::BTreeMap;
use std::fmt::Display;

use super::Config;
use super::accounts::{OWNER_UNLIMITED, REGISTRATION, Registration};
use super::credits::{NEW_USER_CREDITS, REFUND_REFUSALS, Refunds, TASK_COST_CREDITS};
use super::limits::{MAX_FILE_SIZE_MB, MAX_FILES_PER_TASK, MAX_TASKS_PER_DAY, MAX_TASKS_PER_USER, RETENTION_DAYS, STORAGE_QUOTA_MB};
use super::problem::{Complaint, Warning};
use super::text::Text;

/// What can be changed at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Credits given at sign-up.
    NewUserCredits,
    /// Price of the embedded tools.
    TaskCostCredits,
    /// What is refunded of refused tasks.
    RefundRefusals,
    /// Largest upload.
    MaxFileSizeMb,
    /// Pictures per task.
    MaxFilesPerTask,
    /// Tasks per day.
    MaxTasksPerDay,
    /// Unfinished tasks.
    MaxTasksPerUser,
    /// Pictures per person.
    StorageQuotaMb,
    /// How long finished tasks are kept.
    RetentionDays,
    /// Who may sign up.
    Registration,
    /// Whether the owner pays.
    OwnerUnlimited,
}

/// Where a value in force comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The code.
    Default,
    /// The environment or the `.env` file.
    Env,
    /// The table `system_config`.
    SystemConfig,
}

/// The values in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runtime {
    /// Credits given at sign-up.
    pub new_user_credits: i64,
    /// Price per picture of the embedded tools.
    pub task_cost_credits: i64,
    /// Which of the tasks that content rules refuse are refunded.
    pub refund_refusals: Refunds,
    /// Largest upload, in units of 1,048,576 bytes.
    pub max_file_size_mb: u64,
    /// Pictures one task may work on.
    pub max_files_per_task: u32,
    /// Tasks accepted per person and day; 0 = no limit.
    pub max_tasks_per_day: u32,
    /// Unfinished tasks per person; 0 = no limit.
    pub max_tasks_per_user: u32,
    /// Pictures per person, in units of 1,048,576 bytes; 0 = no limit.
    pub storage_quota_mb: u64,
    /// Days after which finished tasks are deleted with their pictures; 0 = never.
    pub retention_days: u32,
    /// Who may sign up.
    pub registration: Registration,
    /// Whether the owner pays no credits and has no task limits.
    pub owner_unlimited: bool,
}

/// One key as `danqing config list` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// The value in force, as it would be written.
    pub value: String,
    /// Where it comes from.
    pub source: Source,
}

/// The values in force and how they came about.
#[derive(Debug, Clone)]
pub struct Effective {
    /// For the code.
    pub runtime: Runtime,
    /// For people: every key, in the order of [`Key::ALL`].
    pub entries: Vec<Entry>,
    /// Rows that were ignored, because nobody knows their key or their value is not acceptable.
    pub warnings: Vec<Warning>,
}

impl Key {
    /// Every key.
    pub const ALL: [Self; 11] = [
        Self::NewUserCredits,
        Self::TaskCostCredits,
        Self::RefundRefusals,
        Self::MaxFileSizeMb,
        Self::MaxFilesPerTask,
        Self::MaxTasksPerDay,
        Self::MaxTasksPerUser,
        Self::StorageQuotaMb,
        Self::RetentionDays,
        Self::Registration,
        Self::OwnerUnlimited,
    ];

    /// The environment variable of the same setting.
    #[must_use]
    pub fn variable(self) -> &'static str {
        match self {
            Self::NewUserCredits => NEW_USER_CREDITS.name,
            Self::TaskCostCredits => TASK_COST_CREDITS.name,
            Self::RefundRefusals => REFUND_REFUSALS.name,
            Self::MaxFileSizeMb => MAX_FILE_SIZE_MB.name,
            Self::MaxFilesPerTask => MAX_FILES_PER_TASK.name,
            Self::MaxTasksPerDay => MAX_TASKS_PER_DAY.name,
            Self::MaxTasksPerUser => MAX_TASKS_PER_USER.name,
            Self::StorageQuotaMb => STORAGE_QUOTA_MB.name,
            Self::RetentionDays => RETENTION_DAYS.name,
            Self::Registration => REGISTRATION.name,
            Self::OwnerUnlimited => OWNER_UNLIMITED.name,
        }
    }

    /// The key in `system_config`: the variable's name in small letters.
    #[must_use]
    pub fn name(self) -> String {
        self.variable().to_ascii_lowercase()
    }

    /// The key of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// What the setting does, in a sentence.
    #[must_use]
    pub fn description(self) -> Text {
        let (en, zh_cn) = match self {
            Self::NewUserCredits => ("Credits a new account starts with.", "新账号的初始积分。"),
            Self::TaskCostCredits => ("Credits per picture of the built-in tools.", "内置工具每张图片的积分价格。"),
            Self::RefundRefusals => (
                "What is refunded when a vendor's content rules refuse a task: all, input (not where the result was refused), none.",
                "厂商内容规则拒绝任务时退还哪些积分：all（全部）、input（结果被拒时不退）、none（不退）。",
            ),
            Self::MaxFileSizeMb => ("Largest file that can be uploaded, in MB.", "可上传文件的最大大小（MB）。"),
            Self::MaxFilesPerTask => ("Pictures one task may work on.", "单个任务最多处理的图片数。"),
            Self::MaxTasksPerDay => ("Tasks a person may start per day; 0 means no limit.", "每人每天最多可创建的任务数；0 表示不限。"),
            Self::MaxTasksPerUser => {
                ("Unfinished tasks a person may have at once; 0 means no limit.", "每人同时未完成的任务数上限；0 表示不限。")
            }
            Self::StorageQuotaMb => ("Pictures a person may have, in MB; 0 means no limit.", "每人图片总容量上限（MB）；0 表示不限。"),
            Self::RetentionDays => (
                "Days after which finished tasks are deleted with their pictures; 0 means never.",
                "已完成的任务及其图片保留的天数，到期删除；0 表示永久保留。",
            ),
            Self::Registration => (
                "Who may sign up: open (anybody), invite (with a link), closed.",
                "谁可以注册：open（任何人）、invite（凭邀请链接）、closed（关闭）。",
            ),
            Self::OwnerUnlimited => ("Whether the owner works without credits and task limits.", "所有者是否不受积分和任务数限制。"),
        };
        Text::new(en, zh_cn)
    }

    /// Checks a value before it is stored and returns it as it is to be written.
    ///
    /// # Errors
    /// Says why the value is refused and what would be accepted.
    pub fn check(self, value: &str) -> Result<String, Complaint> {
        let mut scratch = Runtime::PROBE;
        scratch.set(self, value)?;
        Ok(scratch.shown(self))
    }
}

impl Source {
    /// The word for it in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Env => "env",
            Self::SystemConfig => "system_config",
        }
    }
}

impl Runtime {
    /// Something to try a value on.
    const PROBE: Self = Self {
        new_user_credits: NEW_USER_CREDITS.default,
        task_cost_credits: TASK_COST_CREDITS.default,
        refund_refusals: REFUND_REFUSALS.default,
        max_file_size_mb: MAX_FILE_SIZE_MB.default,
        max_files_per_task: MAX_FILES_PER_TASK.default,
        max_tasks_per_day: MAX_TASKS_PER_DAY.default,
        max_tasks_per_user: MAX_TASKS_PER_USER.default,
        storage_quota_mb: STORAGE_QUOTA_MB.default,
        retention_days: RETENTION_DAYS.default,
        registration: REGISTRATION.default,
        owner_unlimited: OWNER_UNLIMITED.default,
    };

    /// Puts the rows of `system_config` on top of the settings. A row that cannot be used changes nothing and
    /// is reported: the server goes on with what the operator wrote.
    #[must_use]
    pub fn effective(config: &Config, overrides: &BTreeMap<String, String>) -> Effective {
        let mut runtime = Self::of(config);
        let mut warnings: Vec<Warning> = overrides.keys().filter(|name| Key::named(name).is_none()).map(|name| unknown(name)).collect();
        let mut entries = Vec::new();
        for key in Key::ALL {
            let written = if config.is_given(key.variable()) { Source::Env } else { Source::Default };
            let source = match overrides.get(&key.name()).map(|value| runtime.set(key, value)) {
                Some(Ok(())) => Source::SystemConfig,
                Some(Err(complaint)) => {
                    warnings.push(ignored(key, &complaint));
                    written
                }
                None => written,
            };
            entries.push(Entry { key, value: runtime.shown(key), source });
        }
        Effective { runtime, entries, warnings }
    }

    fn of(config: &Config) -> Self {
        Self {
            new_user_credits: config.credits.new_user_credits,
            task_cost_credits: config.credits.task_cost_credits,
            refund_refusals: config.credits.refund_refusals,
            max_file_size_mb: config.limits.max_file_size_mb,
            max_files_per_task: config.limits.max_files_per_task,
            max_tasks_per_day: config.limits.max_tasks_per_day,
            max_tasks_per_user: config.limits.max_tasks_per_user,
            storage_quota_mb: config.limits.storage_quota_mb,
            retention_days: config.limits.retention_days,
            registration: config.accounts.registration,
            owner_unlimited: config.accounts.owner_unlimited,
        }
    }

    fn set(&mut self, key: Key, value: &str) -> Result<(), Complaint> {
        let value = value.trim();
        match key {
            Key::NewUserCredits => self.new_user_credits = NEW_USER_CREDITS.parse(value)?,
            Key::TaskCostCredits => self.task_cost_credits = TASK_COST_CREDITS.parse(value)?,
            Key::RefundRefusals => self.refund_refusals = REFUND_REFUSALS.parse(value)?,
            Key::MaxFileSizeMb => self.max_file_size_mb = MAX_FILE_SIZE_MB.parse(value)?,
            Key::MaxFilesPerTask => self.max_files_per_task = MAX_FILES_PER_TASK.parse(value)?,
            Key::MaxTasksPerDay => self.max_tasks_per_day = MAX_TASKS_PER_DAY.parse(value)?,
            Key::MaxTasksPerUser => self.max_tasks_per_user = MAX_TASKS_PER_USER.parse(value)?,
            Key::StorageQuotaMb => self.storage_quota_mb = STORAGE_QUOTA_MB.parse(value)?,
            Key::RetentionDays => self.retention_days = RETENTION_DAYS.parse(value)?,
            Key::Registration => self.registration = REGISTRATION.parse(value)?,
            Key::OwnerUnlimited => self.owner_unlimited = OWNER_UNLIMITED.parse(value)?,
        }
        Ok(())
    }

    fn shown(&self, key: Key) -> String {
        let number: &dyn Display = match key {
            Key::NewUserCredits => &self.new_user_credits,
            Key::TaskCostCredits => &self.task_cost_credits,
            Key::RefundRefusals => &REFUND_REFUSALS.word(self.refund_refusals),
            Key::MaxFileSizeMb => &self.max_file_size_mb,
            Key::MaxFilesPerTask => &self.max_files_per_task,
            Key::MaxTasksPerDay => &self.max_tasks_per_day,
            Key::MaxTasksPerUser => &self.max_tasks_per_user,
            Key::StorageQuotaMb => &self.storage_quota_mb,
            Key::RetentionDays => &self.retention_days,
            Key::Registration => &REGISTRATION.word(self.registration),
            Key::OwnerUnlimited => &self.owner_unlimited,
        };
        number.to_string()
    }

    /// Largest upload in bytes.
    #[must_use]
    pub fn max_file_size_bytes(&self) -> u64 {
        self.max_file_size_mb << 20
    }
}

fn unknown(name: &str) -> Warning {
    let message =
        Text::new(format!("system_config has a key that nothing reads: {name}."), format!("system_config 中有无人读取的键：{name}。"));
    Warning { variables: vec![name.to_owned()], message }
}

fn ignored(key: Key, complaint: &Complaint) -> Warning {
    let name = key.name();
    let message = Text::new(
        format!("The value of {name} in system_config is ignored: it {}. {}.", complaint.reason.en, complaint.instead.en),
        format!("system_config 中 {name} 的值已忽略：{}。{}。", complaint.reason.zh_cn, complaint.instead.zh_cn),
    );
    Warning { variables: vec![name], message }
}
