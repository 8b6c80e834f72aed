//! `docs/ARCHITECTURE.md` says where each part of the original template lives. What it names is there, and nothing of
//! the template is left out.

use std::collections::BTreeSet;

pub const HEADING: &str = "## Where the template's parts live";

/// The tables of the template with their columns.
const TABLES: [(&str, &str); 5] = [
    ("users", "id email username password_hash avatar_url is_active created_at updated_at"),
    ("user_credits", "user_id credits total_earned total_spent updated_at"),
    (
        "ai_tasks",
        "id task_no user_id task_type status ai_provider ai_model ai_task_id input_files input_parameters prompt result_urls \
         result_metadata error_message retry_count estimated_completion_at started_at completed_at created_at updated_at",
    ),
    ("credit_transactions", "id user_id task_id transaction_type amount balance_before balance_after description metadata created_at"),
    ("system_config", "key value description updated_at"),
];

/// The variables of the template.
const VARIABLES: &str = "APP_NAME APP_VERSION NODE_ENV PORT DOMAIN DATABASE_URL REDIS_URL STORAGE_PROVIDER R2_BUCKET_NAME \
    R2_ACCESS_KEY_ID R2_SECRET_ACCESS_KEY R2_ENDPOINT S3_BUCKET_NAME S3_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY S3_REGION CDN_URL \
    OPENAI_API_KEY OPENAI_BASE_URL STABILITY_API_KEY STABILITY_BASE_URL DEFAULT_AI_PROVIDER WEBHOOK_SECRET NEW_USER_CREDITS \
    TASK_COST_CREDITS MAX_FILE_SIZE_MB MAX_FILES_PER_TASK MAX_TASKS_PER_USER MAX_TASKS_PER_DAY JWT_SECRET ENCRYPTION_KEY \
    LOG_LEVEL ENABLE_METRICS ENABLE_TRACING SMTP_HOST SMTP_PORT SMTP_USER SMTP_PASS STRIPE_PUBLIC_KEY STRIPE_SECRET_KEY \
    STRIPE_WEBHOOK_SECRET VITE_API_BASE_URL POSTGRES_DB POSTGRES_USER POSTGRES_PASSWORD";

/// The files of the template, by the end of their paths.
const FILES: &str = "FileUpload.tsx LoadingSpinner.tsx ErrorMessage.tsx ParameterForm.tsx StyleSelector.tsx ImagePreview.tsx \
    TaskProgress.tsx useFileUpload.ts useTaskPolling.ts useImageProcessor.ts services/api.ts services/storage.ts services/tasks.ts \
    types/api.ts types/task.ts types/user.ts utils/validation.ts utils/formatting.ts utils/constants.ts App.tsx main.tsx \
    package.json vite.config.ts tsconfig.json controllers/tasks.ts controllers/upload.ts controllers/webhook.ts \
    services/ai-client.ts services/task-manager.ts services/prompt-builder.ts models/task.ts models/user.ts models/credit.ts \
    database/schema.sql database/migrations/ database/connection.ts middleware/auth.ts middleware/validation.ts \
    middleware/error-handler.ts utils/crypto.ts utils/file-utils.ts utils/logger.ts config/app.ts config/database.ts \
    config/ai-providers.ts index.ts wrangler.toml shared/types/api.ts shared/types/task.ts shared/types/config.ts \
    shared/constants/file-types.ts shared/constants/status-codes.ts docker-compose.yml nginx.conf scripts/setup.sh \
    scripts/deploy.sh scripts/db-migrate.ts docs/API.md docs/DEPLOYMENT.md docs/DEVELOPMENT.md README.md .env.example .gitignore";

fn read(path: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn section() -> String {
    let text = read("docs/ARCHITECTURE.md");
    let start = text.find(HEADING).expect("the section is there");
    let end = text[start + 3..].find("\n## ").map_or(text.len(), |at| start + 3 + at);
    text[start..end].to_owned()
}

/// Words in back quotes.
fn quoted(text: &str) -> BTreeSet<&str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn every_table_and_column_of_the_template_is_listed_and_exists() {
    let (section, schema) = (section(), read("backend/src/database/schema.rs"));
    let listed = quoted(&section);
    for (table, columns) in TABLES {
        let declared = schema.split("diesel::table! {").find(|block| block.trim_start().starts_with(&format!("{table} ("))).unwrap();
        assert!(listed.contains(table), "{table}");
        for column in columns.split_whitespace() {
            assert!(declared.contains(&format!(" {column} -> ")), "{table} has no {column}");
            assert!(listed.contains(column), "{table}.{column} is not listed");
        }
    }
}

#[test]
fn every_variable_of_the_template_is_listed_and_described_in_the_sample() {
    let (section, sample) = (section(), read(".env.example"));
    let listed = quoted(&section);
    for variable in VARIABLES.split_whitespace() {
        assert!(listed.contains(variable), "{variable} is not listed");
        assert!(sample.contains(&format!("{variable}=")), "{variable} is not in .env.example");
    }
}

#[test]
fn every_file_of_the_template_is_listed() {
    let section = section();
    let first_columns: String = section.lines().filter_map(|line| line.split('|').nth(1)).map(|cell| format!("{cell}\n")).collect();
    let listed = quoted(&first_columns);
    for file in FILES.split_whitespace() {
        assert!(listed.iter().any(|path| path.ends_with(file)), "{file} is not listed");
    }
}

#[test]
fn every_home_that_is_named_exists() {
    let begins =
        ["backend/", "catalogue/", "crates/", "docs/", "frontend/", "scripts/", "shared/", "README", "package.json", ".env", ".gitignore"];
    let section = section();
    let mut homeless = Vec::new();
    for line in section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| template") && !line.starts_with("| table")) {
        let home = line.split('|').nth(2).unwrap();
        let paths: Vec<&str> = quoted(home).into_iter().filter(|word| begins.iter().any(|begin| word.starts_with(begin))).collect();
        homeless.extend(paths.iter().filter(|path| !exists(path)).map(|path| format!("{path} does not exist")));
        if paths.is_empty() && !home.contains("planned:") && quoted(home).is_empty() {
            homeless.push(format!("no home: {line}"));
        }
    }
    assert_eq!(homeless, Vec::<String>::new());
}

fn exists(path: &str) -> bool {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path).exists()
}
