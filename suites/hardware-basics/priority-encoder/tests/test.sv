`timescale 1 ps/1 ps

// All 256 inputs.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_valid;
        int errortime_valid;
        int errors_index;
        int errortime_index;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic [7:0] req;
    logic valid_ref;
    logic valid_dut;
    logic [2:0] index_ref;
    logic [2:0] index_dut;

    RefModule good1 (
        .req(req),
        .valid(valid_ref),
        .index(index_ref)
    );

    TopModule top_module1 (
        .req(req),
        .valid(valid_dut),
        .index(index_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 96001;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    initial begin
        for (int i = 0; i < 256; i++) begin
            req = i;
            @(negedge clk);
        end
        $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {valid_ref, index_ref} === ({valid_ref, index_ref} ^ {valid_dut, index_dut} ^ {valid_ref, index_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (valid_ref !== (valid_ref ^ valid_dut ^ valid_ref)) begin
            if (stats1.errors_valid == 0) stats1.errortime_valid = $time;
            stats1.errors_valid++;
        end
        if (index_ref !== (index_ref ^ index_dut ^ index_ref)) begin
            if (stats1.errors_index == 0) stats1.errortime_index = $time;
            stats1.errors_index++;
        end
    end

    final begin
        if (stats1.errors_valid) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "valid", stats1.errors_valid, stats1.errortime_valid);
        else $display("Hint: Output '%s' has no mismatches.", "valid");
        if (stats1.errors_index) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "index", stats1.errors_index, stats1.errortime_index);
        else $display("Hint: Output '%s' has no mismatches.", "index");
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
