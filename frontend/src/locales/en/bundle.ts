import common from "./common.json";
import create from "./create.json";
import errors from "./errors.json";
import tasks from "./tasks.json";

export default { common, create, errors, tasks };
