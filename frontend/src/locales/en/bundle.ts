import account from "./account.json";
import admin from "./admin.json";
import common from "./common.json";
import create from "./create.json";
import credits from "./credits.json";
import errors from "./errors.json";
import tasks from "./tasks.json";

export default { account, admin, common, create, credits, errors, tasks };
