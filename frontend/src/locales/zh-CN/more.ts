import account from "./account.json";
import admin from "./admin.json";
import credits from "./credits.json";

export default { account, admin, credits };
