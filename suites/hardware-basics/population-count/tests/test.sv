`timescale 1 ps/1 ps

// Every single one, every single zero, runs of ones from either side, all pairs, then random words.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_count;
        int errortime_count;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic [14:0] x;
    logic [3:0] count_ref;
    logic [3:0] count_dut;

    RefModule good1 (
        .x(x),
        .count(count_ref)
    );

    TopModule top_module1 (
        .x(x),
        .count(count_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 30211;

    task try(input [14:0] word);
        x = word;
        @(negedge clk);
    endtask
    initial begin
        try(0); try(15'h7fff); try(15'h5555); try(15'h2aaa);
        for (int i = 0; i < 15; i++) begin
            try(1 << i); try(~(1 << i)); try((1 << i) - 1); try(15'h7fff << i);
        end
        for (int i = 0; i < 15; i++)
            for (int j = 0; j < i; j++) begin
                try((1 << i) | (1 << j)); try(~((1 << i) | (1 << j)));
            end
        repeat (2000) try($random(seed));
        $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = count_ref === (count_ref ^ count_dut ^ count_ref);

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (count_ref !== (count_ref ^ count_dut ^ count_ref)) begin
            if (stats1.errors_count == 0) stats1.errortime_count = $time;
            stats1.errors_count++;
        end
    end

    final begin
        if (stats1.errors_count) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "count", stats1.errors_count, stats1.errortime_count);
        else $display("Hint: Output '%s' has no mismatches.", "count");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
