"""
Reads the tables of a dataset with pandas and pyarrow and prints what they hold, as JSON.

    dataset-tables.py FOLDER
"""

import json
import sys
from pathlib import Path

import pandas
import pyarrow.parquet as parquet

folder = Path(sys.argv[1])
tasks = pandas.read_parquet(folder / "meta/tasks.parquet")
episodes = pandas.read_parquet(folder / "meta/episodes/chunk-000/file-000.parquet")
file = parquet.ParquetFile(folder / "data/chunk-000/file-000.parquet")
data = file.read().to_pandas()

print(json.dumps({
    "tasks": tasks["task_index"].to_dict(),
    "taskIndex": tasks.index.name,
    "types": {field.name: str(field.type) for field in file.schema_arrow},
    "rowGroups": [file.metadata.row_group(k).num_rows for k in range(file.num_row_groups)],
    "features": sorted(json.loads(file.metadata.metadata[b"huggingface"])["info"]["features"]),
    "spans": episodes[["dataset_from_index", "dataset_to_index", "length"]].to_numpy().tolist(),
    "meanOfState": episodes["stats/observation.state/mean"].iloc[0].tolist(),
    "count": episodes["stats/action/count"].iloc[0].tolist(),
    "lastAction": data["action"].iloc[-1].tolist(),
    "index": data["index"].tolist(),
    "timestamps": data["timestamp"].tolist(),
}))
