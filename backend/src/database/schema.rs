//! The tables as Diesel sees them. A test compares this file with what the migrations make.
#![expect(missing_docs, reason = "the columns are described in the migrations")]

diesel::table! {
    users (id) {
        id -> Text,
        email -> Text,
        email_verified_at -> Nullable<BigInt>,
        username -> Nullable<Text>,
        username_folded -> Nullable<Text>,
        password_hash -> Text,
        avatar_url -> Nullable<Text>,
        role -> Text,
        locale -> Nullable<Text>,
        is_active -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    user_credits (user_id) {
        user_id -> Text,
        credits -> BigInt,
        total_earned -> BigInt,
        total_spent -> BigInt,
        last_seq -> BigInt,
        tasks_day -> Integer,
        tasks_today -> Integer,
        unfinished_tasks -> Integer,
        storage_bytes -> BigInt,
        debt -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    ai_tasks (id) {
        id -> Text,
        task_no -> Text,
        user_id -> Text,
        task_type -> Text,
        status -> Text,
        stage -> Text,
        ai_provider -> Text,
        ai_model -> Text,
        ai_task_id -> Nullable<Text>,
        routes -> Text,
        tried_before -> Text,
        model_named -> Bool,
        style -> Nullable<Text>,
        input_files -> Text,
        input_parameters -> Text,
        prompt -> Nullable<Text>,
        prompt_details -> Text,
        search_text -> Text,
        result_urls -> Text,
        result_metadata -> Text,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        retry_count -> Integer,
        retry_of -> Nullable<Text>,
        version -> BigInt,
        progress -> Double,
        picture_count -> Integer,
        credits -> BigInt,
        credits_refunded -> BigInt,
        cancel_requested_at -> Nullable<BigInt>,
        called_back_at -> Nullable<BigInt>,
        estimated_completion_at -> Nullable<BigInt>,
        started_at -> Nullable<BigInt>,
        completed_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        deleted_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    task_attempts (task_id, attempt) {
        task_id -> Text,
        attempt -> Integer,
        ai_provider -> Text,
        ai_model -> Text,
        account -> Nullable<Text>,
        state -> Text,
        handle -> Nullable<Text>,
        usage -> Nullable<Text>,
        cost_micros -> Nullable<BigInt>,
        cost_currency -> Nullable<Text>,
        price_version -> Nullable<Text>,
        error_class -> Nullable<Text>,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    credit_transactions (id) {
        id -> BigInt,
        user_id -> Text,
        seq -> BigInt,
        task_id -> Nullable<Text>,
        payment_id -> Nullable<Text>,
        transaction_type -> Text,
        reason -> Text,
        amount -> BigInt,
        balance_before -> BigInt,
        balance_after -> BigInt,
        description -> Nullable<Text>,
        metadata -> Nullable<Text>,
        effect_key -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    system_config (key) {
        key -> Text,
        value -> Text,
        description -> Nullable<Text>,
        updated_at -> BigInt,
    }
}

diesel::table! {
    files (id) {
        id -> Text,
        user_id -> Text,
        name -> Text,
        mime -> Text,
        width -> Integer,
        height -> Integer,
        size_bytes -> BigInt,
        sha256 -> Text,
        object_key -> Text,
        thumbnail_key -> Text,
        thumbhash -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    uploads (id) {
        id -> Text,
        user_id -> Text,
        name -> Text,
        mime -> Text,
        size_bytes -> BigInt,
        object_key -> Text,
        file_id -> Nullable<Text>,
        refused_at -> Nullable<BigInt>,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    task_files (task_id, file_id, role) {
        task_id -> Text,
        file_id -> Text,
        role -> Text,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        user_id -> Text,
        refresh_hash -> Text,
        previous_refresh_hash -> Nullable<Text>,
        refreshed_at -> BigInt,
        user_agent -> Nullable<Text>,
        created_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    mail_links (id) {
        id -> Text,
        user_id -> Text,
        purpose -> Text,
        email -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    invitations (token_hash) {
        token_hash -> Text,
        email -> Nullable<Text>,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        used_by -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency_keys (user_id, route, key) {
        user_id -> Text,
        route -> Text,
        key -> Text,
        body_hash -> Text,
        task_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    provider_credentials (id) {
        id -> Text,
        provider -> Text,
        label -> Text,
        key_ciphertext -> Nullable<Text>,
        base_url -> Nullable<Text>,
        webhook_secret_ciphertext -> Nullable<Text>,
        proxy_ciphertext -> Nullable<Text>,
        weight -> Integer,
        concurrency -> Nullable<Integer>,
        enabled -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
        last_checked_at -> Nullable<BigInt>,
        last_check_result -> Nullable<Text>,
    }
}

diesel::table! {
    external_events (provider, event_id) {
        provider -> Text,
        event_id -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    payments (id) {
        id -> Text,
        user_id -> Text,
        gateway -> Text,
        live -> Bool,
        status -> Text,
        pack -> Text,
        credits -> BigInt,
        amount -> BigInt,
        currency -> Text,
        amount_reversed -> BigInt,
        credits_reversed -> BigInt,
        session_id -> Nullable<Text>,
        payment_intent -> Nullable<Text>,
        receipt_url -> Nullable<Text>,
        invoice_url -> Nullable<Text>,
        version -> BigInt,
        paid_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    payment_reversals (object_id) {
        object_id -> Text,
        payment_id -> Text,
        kind -> Text,
        amount -> BigInt,
        active -> Bool,
        changes -> Integer,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    payment_alerts (gateway, event_id) {
        gateway -> Text,
        event_id -> Text,
        payment_id -> Nullable<Text>,
        reason -> Text,
        detail -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    redeem_codes (id) {
        id -> Text,
        batch -> Text,
        code_hash -> Text,
        beginning -> Text,
        credits -> BigInt,
        expires_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
        redeemed_at -> Nullable<BigInt>,
        redeemed_by -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    credit_reversals (effect_key) {
        effect_key -> Text,
        user_id -> Text,
        payment_id -> Text,
        amount -> BigInt,
        owed -> BigInt,
        created_at -> BigInt,
    }
}

diesel::joinable!(task_files -> files (file_id));
diesel::joinable!(task_files -> ai_tasks (task_id));
diesel::joinable!(sessions -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(ai_tasks, task_files, files);
diesel::allow_tables_to_appear_in_same_query!(user_credits, files, idempotency_keys);
diesel::allow_tables_to_appear_in_same_query!(sessions, users);
